"""Addresses of councils, members, bodies and settings."""

from django.urls import include, path

urlpatterns = [
    path("", include("governance.urls_councils")),
    path("", include("governance.urls_people")),
    path("", include("governance.urls_resources")),
    path("clsm/<str:council>/instances/", include("governance.urls_bodies")),
    path("clsm/<str:council>/instances/", include("governance.urls_papers")),
]
