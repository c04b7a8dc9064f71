"""The guard while one writes, and the council's words that name nobody."""

from django.urls import path

from cases.views import rereading

urlpatterns = [
    path("clsm/<str:council>/relecture/", rereading.text_reread, name="text_reread"),
    path("clsm/<str:council>/reglages/mots/", rereading.allowed_words, name="allowed_words"),
]
