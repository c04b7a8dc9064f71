"""« Aujourd’hui » of all one's councils, and the views that one keeps of the lists."""

from django.urls import path

from cases.views import board, saved_views

_VIEWS = "aujourdhui/vues/"

urlpatterns = [
    path("aujourdhui/", board.today, name="today"),
    path(_VIEWS, saved_views.saved_view_new, name="saved_view_new"),
    path(f"{_VIEWS}<uuid:key>/defaut/", saved_views.saved_view_default, name="saved_view_default"),
    path(f"{_VIEWS}<uuid:key>/supprimer/", saved_views.saved_view_delete, name="saved_view_delete"),
]
