"""Members, invitations, organisations, the charter, the journal, one's own account."""

from django.urls import path

from governance.views import (
    accounts,
    calendars,
    charter,
    journal,
    organisations,
    people,
    sessions,
    tables,
)

urlpatterns = [
    path("moi/", people.my_account, name="my_account"),
    path("moi/agenda/", calendars.my_calendar, name="my_calendar"),
    path("agenda/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("moi/sessions/", sessions.my_sessions, name="my_sessions"),
    path("invitation/<str:token>/", people.invitation, name="invitation"),
    path("clsm/<str:council>/charte/", charter.charter, name="charter"),
    path("clsm/<str:council>/charte/modifier/", charter.charter_edit, name="charter_edit"),
    path(
        "clsm/<str:council>/charte/signatures/",
        charter.charter_signatories,
        name="charter_signatories",
    ),
    path("clsm/<str:council>/reglages/membres/", people.members, name="members"),
    path(
        "clsm/<str:council>/reglages/membres/inviter/", people.member_invite, name="member_invite"
    ),
    path(
        "clsm/<str:council>/reglages/membres/invitations/<uuid:key>/renvoyer/",
        people.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "clsm/<str:council>/reglages/membres/invitations/<uuid:key>/annuler/",
        people.invitation_cancel,
        name="invitation_cancel",
    ),
    path(
        "clsm/<str:council>/reglages/membres/tableau/", tables.members_import, name="members_import"
    ),
    path(
        "clsm/<str:council>/reglages/membres/modele.csv", tables.members_model, name="members_model"
    ),
    path("clsm/<str:council>/reglages/membres/<uuid:key>/", people.member_edit, name="member_edit"),
    path(
        "clsm/<str:council>/reglages/membres/<uuid:key>/fin/",
        people.member_end,
        name="member_end",
    ),
    path(
        "clsm/<str:council>/reglages/membres/<uuid:key>/second-facteur/",
        accounts.member_factors,
        name="member_factors",
    ),
    path(
        "clsm/<str:council>/reglages/membres/<uuid:key>/rouvrir/",
        accounts.dormant_reopen,
        name="dormant_reopen",
    ),
    path(
        "clsm/<str:council>/reglages/organismes/",
        organisations.organisations,
        name="organisations",
    ),
    path(
        "clsm/<str:council>/reglages/organismes/nouveau/",
        organisations.organisation_new,
        name="organisation_new",
    ),
    path(
        "clsm/<str:council>/reglages/organismes/tableau/",
        tables.organisations_import,
        name="organisations_import",
    ),
    path(
        "clsm/<str:council>/reglages/organismes/modele.csv",
        tables.organisations_model,
        name="organisations_model",
    ),
    path(
        "clsm/<str:council>/reglages/organismes/<uuid:key>/",
        organisations.organisation_edit,
        name="organisation_edit",
    ),
    path("clsm/<str:council>/reglages/journal/", journal.access_journal, name="access_journal"),
]
