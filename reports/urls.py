"""The addresses of the reports."""

from django.urls import path

from reports import views, views_composition, views_editions

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
    path(
        "clsm/<str:council>/bilans/<int:first>-<int:last>/composer/",
        views_composition.compose,
        name="report_compose",
    ),
    path(
        "clsm/<str:council>/bilans/<int:first>-<int:last>/apercu/<str:edition>/",
        views_composition.preview,
        name="report_preview",
    ),
    path(
        "clsm/<str:council>/bilans/<int:first>-<int:last>/arreter/<str:edition>/",
        views_composition.freeze,
        name="report_freeze",
    ),
    path("clsm/<str:council>/bilans/editions/<uuid:key>/", views_editions.edition, name="edition"),
    path(
        "clsm/<str:council>/bilans/editions/<uuid:key>/publier/",
        views_composition.publish,
        name="edition_publish",
    ),
    path(
        "clsm/<str:council>/bilans/editions/<uuid:key>/tableur/",
        views_editions.spreadsheet,
        name="edition_spreadsheet",
    ),
    path(
        "clsm/<str:council>/bilans/editions/<uuid:key>/<str:document>/",
        views_editions.document,
        name="edition_document",
    ),
    path(
        "clsm/<str:council>/bilans/editions/<uuid:key>/<str:document>/fichier/",
        views_editions.document_file,
        name="edition_document_file",
    ),
    path(
        "bilans/ensemble/<int:first>-<int:last>/<str:edition>/",
        views_editions.together,
        name="reports_together",
    ),
]
