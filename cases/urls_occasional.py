"""The alert of a professional without an account: public addresses, one council each."""

from django.urls import path

from cases.views import occasional

_COUNCIL = "alerter/<str:council>/"
_DRAFT = f"{_COUNCIL}brouillons/<uuid:key>/"
_ALERT = f"{_COUNCIL}alertes/<str:code>/"

urlpatterns = [
    path(_COUNCIL, occasional.start, name="occasional_start"),
    path(f"{_COUNCIL}code/", occasional.code, name="occasional_code"),
    path(f"{_COUNCIL}quitter/", occasional.leave, name="occasional_leave"),
    path(f"{_COUNCIL}suivi/", occasional.follow, name="occasional_follow"),
    path(f"{_COUNCIL}fiche-vierge.pdf", occasional.paper, name="occasional_paper"),
    path(f"{_COUNCIL}feuille-information.pdf", occasional.sheet, name="occasional_sheet"),
    path(f"{_COUNCIL}nouvelle/", occasional.new, name="occasional_new"),
    path(f"{_COUNCIL}relecture/", occasional.reread, name="occasional_reread"),
    path(f"{_DRAFT}recapitulatif/", occasional.recap, name="occasional_recap"),
    path(f"{_DRAFT}supprimer/", occasional.discard, name="occasional_discard"),
    path(f"{_DRAFT}<slug:page>/brouillon/", occasional.autosave, name="occasional_autosave"),
    path(f"{_DRAFT}<slug:step>/", occasional.draft, name="occasional_draft"),
    path(_ALERT, occasional.alert, name="occasional_alert"),
    path(f"{_ALERT}recepisse/", occasional.receipt_page, name="occasional_receipt"),
    path(f"{_ALERT}recepisse.pdf", occasional.receipt_pdf, name="occasional_receipt_pdf"),
]
