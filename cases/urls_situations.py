"""The coordination's alerts and their triage; situations, those who take part, the answers."""

from django.urls import path

from cases.views import answers, exchanges, participations, situations, time_spent, triage

_ALERT = "clsm/<str:council>/alertes/<str:code>/"
_SITUATION = "clsm/<str:council>/situations/<str:code>/"
_PARTICIPATION = f"{_SITUATION}participations/<uuid:key>/"

urlpatterns = [
    path("clsm/<str:council>/alertes/", triage.alerts, name="alerts"),
    path(f"{_ALERT}instruire/", triage.alert_review, name="alert_review"),
    path(f"{_ALERT}auteur-verifie/", triage.alert_author_checked, name="alert_author_checked"),
    path(f"{_ALERT}complement/", triage.alert_question, name="alert_question"),
    path(f"{_ALERT}retenir/", triage.alert_accept, name="alert_accept"),
    path(f"{_ALERT}seance/", triage.alert_schedule, name="alert_schedule"),
    path(f"{_ALERT}rattacher/", triage.alert_link, name="alert_link"),
    path(f"{_ALERT}orienter/", triage.alert_redirect, name="alert_redirect"),
    path(f"{_ALERT}hors-criteres/", triage.alert_reject, name="alert_reject"),
    path("clsm/<str:council>/situations/", situations.situations, name="situations"),
    path(_SITUATION, situations.situation, name="situation"),
    path(f"{_SITUATION}profil/", situations.situation_edit, name="situation_edit"),
    path(f"{_SITUATION}textes/", situations.situation_texts, name="situation_texts"),
    path(f"{_SITUATION}notes/", situations.situation_note, name="situation_note"),
    path(f"{_SITUATION}temps/", time_spent.situation_time, name="situation_time"),
    path(f"{_SITUATION}temps/annuler/", time_spent.situation_time_undo, name="situation_time_undo"),
    path(f"{_SITUATION}suivi/", situations.situation_follow, name="situation_follow"),
    path(f"{_SITUATION}veille/", situations.situation_watch, name="situation_watch"),
    path(f"{_SITUATION}cloture/", situations.situation_close, name="situation_close"),
    path(f"{_SITUATION}reouverture/", situations.situation_reopen, name="situation_reopen"),
    path(f"{_SITUATION}seance/", situations.situation_schedule, name="situation_schedule"),
    path(f"{_SITUATION}accord/", answers.situation_consent, name="situation_consent"),
    path(
        f"{_SITUATION}feuille-information.pdf",
        answers.information_sheet_pdf,
        name="information_sheet",
    ),
    path(
        "clsm/<str:council>/alertes/feuille-information.pdf",
        answers.blank_information_sheet,
        name="blank_information_sheet",
    ),
    path(f"{_SITUATION}identite/", answers.situation_reveal, name="situation_reveal"),
    path(f"{_SITUATION}inviter/", participations.situation_invite, name="situation_invite"),
    path(
        f"{_PARTICIPATION}accepter/",
        participations.participation_accept,
        name="participation_accept",
    ),
    path(
        f"{_PARTICIPATION}decliner/",
        participations.participation_decline,
        name="participation_decline",
    ),
    path(
        f"{_PARTICIPATION}part-terminee/",
        participations.participation_finish,
        name="participation_finish",
    ),
    path(f"{_PARTICIPATION}terminer/", participations.participation_end, name="participation_end"),
    path(
        f"{_PARTICIPATION}echange/",
        exchanges.participation_exchange,
        name="participation_exchange",
    ),
]
