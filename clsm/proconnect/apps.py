from django.apps import AppConfig


class ProConnectConfig(AppConfig):
    """An app because allauth looks for the `provider` module of apps."""

    name = "clsm.proconnect"
    label = "proconnect"
    verbose_name = "ProConnect"
