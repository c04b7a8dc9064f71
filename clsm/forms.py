"""How every form is laid out: by the templates of templates/django/forms/."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Forms and widgets from the templates of the project (docs/design-system.md)."""
