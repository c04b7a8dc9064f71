"""The addresses of the reports."""

from django.urls import path

from reports import views

urlpatterns = [
    path("clsm/<str:council>/bilans/", views.report_list, name="reports"),
    path(
        "clsm/<str:council>/bilans/<int:first>-<int:last>/", views.internal, name="report_internal"
    ),
    path(
        "clsm/<str:council>/bilans/<int:first>-<int:last>/champs-vides/",
        views.filling,
        name="report_filling",
    ),
    path(
        "clsm/<str:council>/bilans/<int:first>-<int:last>.<str:extension>",
        views.internal_file,
        name="report_internal_file",
    ),
]
