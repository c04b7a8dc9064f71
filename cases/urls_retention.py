"""What is kept and until when; the person's rights of access and of erasure."""

from django.urls import path

from cases.views import retention, rights

_RIGHTS = "clsm/<str:council>/situations/<str:code>/droits/"

urlpatterns = [
    path("clsm/<str:council>/reglages/conservation/", retention.retention, name="retention"),
    path(f"{_RIGHTS}acces/", rights.situation_record, name="situation_record"),
    path(f"{_RIGHTS}effacement/", rights.situation_erase, name="situation_erase"),
]
