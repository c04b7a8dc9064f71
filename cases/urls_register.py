"""The register and its import."""

from django.urls import path

from cases.views import register

urlpatterns = [
    path("clsm/<str:council>/registre/", register.register_import, name="register_import"),
    path("clsm/<str:council>/registre/modele.csv", register.register_model, name="register_model"),
    path("clsm/<str:council>/registre/<uuid:key>/", register.register_check, name="register_check"),
    path(
        "clsm/<str:council>/registre/<uuid:key>/annuler/",
        register.register_cancel,
        name="register_cancel",
    ),
]
