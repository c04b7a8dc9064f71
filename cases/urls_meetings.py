"""Séances, what is heard there, and its follow-up."""

from django.urls import path

from cases.views import calendar, conclusions, follow_up, hearings, meetings

_COUNCIL = "clsm/<str:council>/"
_SITTING = f"{_COUNCIL}seances/<uuid:key>/"
_POINT = f"{_SITTING}points/<uuid:hearing>/"

urlpatterns = [
    path(f"{_COUNCIL}calendrier/", calendar.calendar, name="calendar"),
    path(f"{_COUNCIL}calendrier/proposer/", calendar.calendar_propose, name="calendar_propose"),
    path(f"{_COUNCIL}seances/", meetings.meetings, name="meetings"),
    path(f"{_COUNCIL}seances/nouvelle/", meetings.meeting_new, name="meeting_new"),
    path(_SITTING, meetings.meeting, name="meeting"),
    path(f"{_SITTING}modifier/", meetings.meeting_edit, name="meeting_edit"),
    path(f"{_SITTING}annuler/", meetings.meeting_cancel, name="meeting_cancel"),
    path(f"{_SITTING}ordre-du-jour/", meetings.meeting_agenda, name="meeting_agenda"),
    path(
        f"{_SITTING}invites/<uuid:attendance>/ordre-du-jour/",
        meetings.meeting_agenda_of,
        name="meeting_agenda_of",
    ),
    path(f"{_SITTING}salle/", hearings.meeting_room, name="meeting_room"),
    path(f"{_SITTING}inviter/", meetings.meeting_invite, name="meeting_invite"),
    path(f"{_SITTING}presences/", meetings.meeting_attendance, name="meeting_attendance"),
    path(
        f"{_SITTING}invites/<uuid:attendance>/retirer/",
        meetings.meeting_uninvite,
        name="meeting_uninvite",
    ),
    path(f"{_SITTING}points/", meetings.point_add, name="point_add"),
    path(_POINT, hearings.hearing, name="hearing"),
    path(f"{_POINT}notes/", hearings.hearing_autosave, name="hearing_autosave"),
    path(f"{_POINT}modifier/", meetings.point_edit, name="point_edit"),
    path(f"{_POINT}retirer/", meetings.point_remove, name="point_remove"),
    path(f"{_POINT}monter/", meetings.point_up, name="point_up"),
    path(f"{_POINT}conclure/", hearings.hearing_conclude, name="hearing_conclude"),
    path(f"{_POINT}releve/", conclusions.conclusions, name="conclusions"),
    path(f"{_POINT}releve/pdf/", conclusions.conclusions_pdf, name="conclusions_pdf"),
    path(f"{_POINT}releve/corriger/", conclusions.conclusions_correct, name="conclusions_correct"),
    path(
        f"{_POINT}releve/versions/<int:number>/",
        conclusions.conclusions_version,
        name="conclusions_version",
    ),
    path(f"{_COUNCIL}pistes/", follow_up.leads, name="leads"),
    path(f"{_COUNCIL}pistes/<uuid:key>/", follow_up.lead_move, name="lead_move"),
    path(f"{_COUNCIL}pistes/<uuid:key>/porteur/", follow_up.lead_assign, name="lead_assign"),
    path(f"{_COUNCIL}situations/<str:code>/pistes/nouvelle/", follow_up.lead_new, name="lead_new"),
    path(f"{_COUNCIL}restitutions/<uuid:key>/", follow_up.feedback, name="feedback"),
]
