"""Addresses of councils, members and settings."""

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    path("", include(name))
    for name in ("governance.urls_councils", "governance.urls_people")
    if find_spec(name)
]
