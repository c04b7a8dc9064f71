"""Addresses of alerts, situations, séances and the register."""

from django.urls import include, path

urlpatterns = [
    path("", include("cases.urls_alerts")),
    path("", include("cases.urls_situations")),
    path("", include("cases.urls_meetings")),
    path("", include("cases.urls_register")),
]
