"""What a professional without an account says of themselves: an address, a code, who they are."""

import re

from django import forms


class EmailForm(forms.Form):
    """The address to which a code is mailed."""

    email = forms.EmailField(
        label="Votre adresse professionnelle",
        help_text="Vous y recevez un code à six chiffres, valable dix minutes.",
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class FollowForm(EmailForm):
    """An alert to follow: its number, and the address that sent it."""

    number = forms.CharField(
        label="Numéro de l’alerte",
        help_text="Il est sur votre récépissé, par exemple LIL-2026-A017.",
        max_length=24,
    )
    field_order = ("number", "email")

    def clean_number(self) -> str:
        return re.sub(r"\s", "", self.cleaned_data["number"]).upper()


class CodeForm(forms.Form):
    """The code that was mailed."""

    code = forms.CharField(
        label="Code à six chiffres",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        return re.sub(r"\D", "", self.cleaned_data["code"])


class IntroduceForm(forms.Form):
    """For whom the author works, and the charter for this alert."""

    organisation = forms.CharField(
        label="Votre organisme",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    function = forms.CharField(
        label="Votre fonction",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    charter = forms.BooleanField(
        label="J’accepte la charte éthique pour cette alerte",
        error_messages={"required": "Lisez la charte ci-dessus, puis acceptez-la."},
    )
