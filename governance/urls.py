"""Addresses of councils, members and settings."""

from django.urls import include, path

urlpatterns = [
    path("", include("governance.urls_councils")),
    path("", include("governance.urls_people")),
    path("", include("governance.urls_resources")),
]
