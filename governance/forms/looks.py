"""The council's logo and colour."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from governance.colours import legible_on_white
from governance.models import Look
from governance.pictures import MOST_BYTES, PictureRefused, as_logo


class LookForm(forms.Form):
    """`cleaned_data["logo"]` is the picture as it will be kept, None when none was deposited."""

    accent = forms.CharField(
        label="Couleur des titres et des barres",
        widget=forms.ColorInput,
        help_text="Assez foncée pour être lue sur du blanc.",
    )
    logo = forms.FileField(
        label="Logo",
        required=False,
        help_text="PNG ou JPEG, 1 Mo et 2 000 pixels de côté au plus\N{NO-BREAK SPACE}; au moins "
        "400 pixels de large pour rester net sur papier. Le fond devient blanc.",
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,image/png,image/jpeg"}),
    )
    alternative = forms.CharField(
        label="Ce que montre le logo, en quelques mots",
        required=False,
        max_length=160,
        help_text="Lu à la place de l’image par qui ne la voit pas, par exemple "
        "«\N{NO-BREAK SPACE}Logo du CLSM de Lille\N{NO-BREAK SPACE}».",
    )

    def __init__(self, *args: Any, look: Look, **kwargs: Any) -> None:
        kwargs["initial"] = {"accent": look.accent, "alternative": look.alternative}
        super().__init__(*args, **kwargs)
        self._has_logo = look.logo is not None
        if self._has_logo:
            self.fields["remove"] = forms.BooleanField(label="Retirer le logo", required=False)

    def clean_accent(self) -> str:
        accent: str = self.cleaned_data["accent"].lower()
        legible_on_white(accent)
        return accent

    def clean_logo(self) -> bytes | None:
        file: UploadedFile | None = self.cleaned_data["logo"]
        if file is None:
            return None
        try:
            return as_logo(file.read(MOST_BYTES + 1))
        except PictureRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self) -> dict[str, Any]:
        """Words for whatever logo there will be."""
        answers = super().clean() or {}
        stays = self._has_logo and not answers.get("remove")
        if (answers.get("logo") or stays) and not answers.get("alternative"):
            self.add_error("alternative", "Dites en quelques mots ce que montre le logo.")
        return answers
