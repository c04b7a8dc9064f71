"""Signing the charter, writing its next version."""

from typing import Any

from django import forms

from governance.models import CharterVersion


class CharterSignatureForm(forms.Form):
    agreed = forms.BooleanField(
        label="J’ai lu la charte et je m’engage à la respecter.",
        error_messages={"required": "Cochez la case pour signer."},
    )


class CharterForm(forms.Form):
    """The text of the next version, written from the current one."""

    text = forms.CharField(
        label="Texte de la charte",
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text="Une ligne vide sépare deux paragraphes.",
    )

    def __init__(self, *args: Any, current: CharterVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if text == self.current.text.strip():
            raise forms.ValidationError("Le texte n’a pas changé.")
        return text
