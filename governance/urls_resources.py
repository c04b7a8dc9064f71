"""The directory of local resources and the prepared replies."""

from django.urls import path

from governance.views import resources, tables

_RESOURCES = "clsm/<str:council>/annuaire/"
_REPLIES = "clsm/<str:council>/reglages/reponses/"

urlpatterns = [
    path(_RESOURCES, resources.resources, name="resources"),
    path(f"{_RESOURCES}nouvelle/", resources.resource_new, name="resource_new"),
    path(f"{_RESOURCES}tableau/", tables.resources_import, name="resources_import"),
    path(f"{_RESOURCES}modele.csv", tables.resources_model, name="resources_model"),
    path(f"{_RESOURCES}annuaire.xlsx", tables.resources_file, name="resources_file"),
    path(f"{_RESOURCES}<uuid:key>/", resources.resource, name="resource"),
    path(f"{_RESOURCES}<uuid:key>/modifier/", resources.resource_edit, name="resource_edit"),
    path(_REPLIES, resources.prepared_replies, name="prepared_replies"),
    path(f"{_REPLIES}nouvelle/", resources.prepared_reply_new, name="prepared_reply_new"),
    path(f"{_REPLIES}<uuid:key>/", resources.prepared_reply_edit, name="prepared_reply_edit"),
]
