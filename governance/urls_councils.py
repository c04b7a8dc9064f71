"""A council set up and settled; what it sends by mail."""

from django.urls import path

from governance.views import councils, looks, outgoing

urlpatterns = [
    path("clsm/nouveau/", councils.council_new, name="council_new"),
    path("clsm/<str:council>/reglages/", councils.council_settings, name="council_settings"),
    path(
        "clsm/<str:council>/reglages/mise-en-place/", councils.council_setup, name="council_setup"
    ),
    path("clsm/<str:council>/reglages/conseil/", councils.council_edit, name="council_edit"),
    path("clsm/<str:council>/reglages/apparence/", looks.council_look, name="council_look"),
    path("clsm/<str:council>/logo.png", looks.council_logo, name="council_logo"),
    path("clsm/<str:council>/reglages/territoire/", councils.territory, name="territory"),
    path(
        "clsm/<str:council>/reglages/territoire/<str:kind>/ajouter/",
        councils.territory_add,
        name="territory_add",
    ),
    path(
        "clsm/<str:council>/reglages/territoire/<str:kind>/<uuid:key>/",
        councils.territory_change,
        name="territory_change",
    ),
    path(
        "clsm/<str:council>/reglages/territoire/<str:kind>/<uuid:key>/retirer/",
        councils.territory_remove,
        name="territory_remove",
    ),
    path("clsm/<str:council>/reglages/courriers/", outgoing.outgoing, name="outgoing"),
    path(
        "clsm/<str:council>/reglages/courriers/<uuid:key>/renvoyer/",
        outgoing.outgoing_resend,
        name="outgoing_resend",
    ),
    path("clsm/<str:council>/reglages/listes/", councils.closed_lists, name="closed_lists"),
    path(
        "clsm/<str:council>/reglages/listes/<str:list_code>/",
        councils.closed_list,
        name="closed_list",
    ),
]
