"""A council's bodies, their seats and their meetings."""

from django.urls import path

from governance.views import assemblies, bodies, seats

urlpatterns = [
    path("", bodies.bodies, name="bodies"),
    path("nouvelle/", bodies.body_new, name="body_new"),
    path("<uuid:key>/", bodies.body, name="body"),
    path("<uuid:key>/modifier/", bodies.body_edit, name="body_edit"),
    path("<uuid:key>/sieges/nouveau/", seats.seat_new, name="body_seat_new"),
    path("<uuid:key>/sieges/<uuid:seat>/", seats.seat_edit, name="body_seat_edit"),
    path("<uuid:key>/sieges/<uuid:seat>/fin/", seats.seat_end, name="body_seat_end"),
    path("<uuid:key>/sieges/<uuid:seat>/renouveler/", seats.seat_renew, name="body_seat_renew"),
    path("<uuid:key>/sieges/<uuid:seat>/retirer/", seats.seat_withdraw, name="body_seat_withdraw"),
    path("<uuid:key>/reunions/nouvelle/", assemblies.meeting_new, name="body_meeting_new"),
    path("<uuid:key>/reunions/<uuid:meeting>/", assemblies.meeting, name="body_meeting"),
    path(
        "<uuid:key>/reunions/<uuid:meeting>/modifier/",
        assemblies.meeting_edit,
        name="body_meeting_edit",
    ),
    path(
        "<uuid:key>/reunions/<uuid:meeting>/annuler/",
        assemblies.meeting_cancel,
        name="body_meeting_cancel",
    ),
    path(
        "<uuid:key>/reunions/<uuid:meeting>/presences/",
        assemblies.meeting_attendance,
        name="body_meeting_attendance",
    ),
]
