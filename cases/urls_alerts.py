"""The alert: start page, steps of the draft, recap, receipt, follow-up."""

from django.urls import path

from cases.views import followed_alert, receipts, writing

_ALERTS = "clsm/<str:council>/alertes/"
_DRAFT = f"{_ALERTS}brouillons/<uuid:key>/"

urlpatterns = [
    path(f"{_ALERTS}nouvelle/", writing.alert_new, name="alert_new"),
    path(f"{_ALERTS}fiche-vierge.pdf", receipts.blank_alert_form, name="blank_alert_form"),
    path(f"{_DRAFT}recapitulatif/", writing.alert_recap, name="alert_recap"),
    path(f"{_DRAFT}supprimer/", writing.alert_discard, name="alert_discard"),
    path(f"{_DRAFT}saisie/", writing.alert_one_page, name="alert_one_page"),
    path(f"{_DRAFT}<slug:page>/brouillon/", writing.alert_autosave, name="alert_autosave"),
    path(f"{_DRAFT}<slug:step>/", writing.alert_draft, name="alert_draft"),
    path(f"{_ALERTS}<str:code>/", followed_alert.alert_page, name="alert"),
    path(f"{_ALERTS}<str:code>/recepisse/", receipts.alert_receipt, name="alert_receipt"),
    path(
        f"{_ALERTS}<str:code>/recepisse.pdf", receipts.alert_receipt_pdf, name="alert_receipt_pdf"
    ),
    path(f"{_ALERTS}<str:code>/reponse/", followed_alert.alert_answer, name="alert_answer"),
    path(f"{_ALERTS}<str:code>/messages/", followed_alert.alert_message, name="alert_message"),
    path(f"{_ALERTS}<str:code>/notes/", followed_alert.alert_note, name="alert_note"),
    path(f"{_ALERTS}<str:code>/retrait/", followed_alert.alert_withdraw, name="alert_withdraw"),
    path(f"{_ALERTS}<str:code>/identite/", followed_alert.alert_reveal, name="alert_reveal"),
]
