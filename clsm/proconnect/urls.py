"""The addresses of ProConnect; the last one bears the name under which allauth looks for it."""

from allauth.socialaccount.views import login_cancelled
from django.urls import path

from clsm.proconnect import views

urlpatterns = [
    path("aller/", views.login, name="proconnect_login"),
    path("retour/", views.callback, name="proconnect_callback"),
    path("annule/", login_cancelled, name="socialaccount_login_cancelled"),
]
