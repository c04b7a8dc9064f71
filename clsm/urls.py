"""Every address of the site. Pages of a council start with /clsm/<its code>/."""

from django.urls import include, path

from clsm import demo, views
from clsm.operations import council_views
from clsm.operations import views as operations

handler400 = "clsm.breakdowns.bad_request"
handler500 = "clsm.breakdowns.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("sante", operations.alive, name="health"),
    path("sante/pret", operations.ready, name="ready"),
    path("metriques", operations.gauges, name="metrics"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("donnees-personnelles/", views.personal_data, name="personal_data"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("aide/", views.help_page, name="help"),
    path("aide/guides/<slug:slug>/", views.guide, name="guide"),
    path("plan-du-site/", views.site_map, name="site_map"),
    path("aide/soins-sans-consentement/", views.involuntary_care, name="involuntary_care"),
    path("demonstration/entrer/", demo.demo_sign_in, name="demo_sign_in"),
    path("comptes/", include("allauth.account.urls")),
    path("comptes/second-facteur/", include("allauth.mfa.urls")),
    path("comptes/proconnect/", include("clsm.proconnect.urls")),
    path("", include("cases.urls")),
    path("", include("governance.urls")),
    path("", include("reports.urls")),
    path("clsm/<str:council>/trousse.pdf", views.newcomer_kit, name="newcomer_kit"),
    path(
        "clsm/<str:council>/reglages/export/", council_views.council_export, name="council_export"
    ),
    path(
        "clsm/<str:council>/reglages/suppression/",
        council_views.council_delete,
        name="council_delete",
    ),
    path(
        "clsm/<str:council>/reglages/suppression/annuler/",
        council_views.council_keep,
        name="council_keep",
    ),
    path("clsm/<str:council>/", views.council_home, name="council_home"),
]
