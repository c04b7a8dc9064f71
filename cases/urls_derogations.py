"""The derogation to secrecy: granted, ended, and the identity shown to its one recipient."""

from django.urls import path

from cases.views import derogations

_COUNCIL = "clsm/<str:council>/"
_DEROGATION = f"{_COUNCIL}derogations/<uuid:key>/"

urlpatterns = [
    path(
        f"{_COUNCIL}alertes/<str:code>/derogation/",
        derogations.alert_derogate,
        name="alert_derogate",
    ),
    path(f"{_DEROGATION}fin/", derogations.derogation_end, name="derogation_end"),
    path(f"{_DEROGATION}identite/", derogations.derogation_reveal, name="derogation_reveal"),
]
