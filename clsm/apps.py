from django.apps import AppConfig


class ClsmConfig(AppConfig):
    name = "clsm"
    verbose_name = "CLSM"
