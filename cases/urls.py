"""Addresses of alerts, situations, séances, the register and retention."""

from django.urls import include, path

urlpatterns = [
    path("", include("cases.urls_board")),
    path("", include("cases.urls_alerts")),
    path("", include("cases.urls_occasional")),
    path("", include("cases.urls_situations")),
    path("", include("cases.urls_meetings")),
    path("", include("cases.urls_register")),
    path("", include("cases.urls_retention")),
    path("", include("cases.urls_derogations")),
    path("", include("cases.urls_recurrences")),
    path("", include("cases.urls_rereading")),
]
