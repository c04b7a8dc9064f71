"""The alert: start page, steps of the draft, recap, follow-up."""

from django.urls import path

from cases.views import alerts, followed_alert

_ALERTS = "clsm/<str:council>/alertes/"
_DRAFT = f"{_ALERTS}brouillons/<uuid:key>/"

urlpatterns = [
    path(f"{_ALERTS}nouvelle/", alerts.alert_new, name="alert_new"),
    path(f"{_DRAFT}recapitulatif/", alerts.alert_recap, name="alert_recap"),
    path(f"{_DRAFT}supprimer/", alerts.alert_discard, name="alert_discard"),
    path(f"{_DRAFT}<slug:step>/", alerts.alert_draft, name="alert_draft"),
    path(f"{_ALERTS}<str:code>/", followed_alert.alert_page, name="alert"),
    path(f"{_ALERTS}<str:code>/reponse/", followed_alert.alert_answer, name="alert_answer"),
    path(f"{_ALERTS}<str:code>/messages/", followed_alert.alert_message, name="alert_message"),
    path(f"{_ALERTS}<str:code>/notes/", followed_alert.alert_note, name="alert_note"),
    path(f"{_ALERTS}<str:code>/retrait/", followed_alert.alert_withdraw, name="alert_withdraw"),
    path(f"{_ALERTS}<str:code>/identite/", followed_alert.alert_reveal, name="alert_reveal"),
]
