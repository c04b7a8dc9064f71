from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Situations"

    def ready(self) -> None:
        from cases import checks as checks
