"""An alert whose person was already presented: the coordination's answers."""

from django.urls import path

from cases.views import recurrences

_RECURRENCE = "clsm/<str:council>/rapprochements/<uuid:key>/"

urlpatterns = [
    path(f"{_RECURRENCE}rattacher/", recurrences.recurrence_attach, name="recurrence_attach"),
    path(
        f"{_RECURRENCE}autre-personne/",
        recurrences.recurrence_set_aside,
        name="recurrence_set_aside",
    ),
]
