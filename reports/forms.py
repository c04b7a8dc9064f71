"""The choice of a period; the commentary of its report; what one accepts before freezing it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from governance.forms.guarded import GuardedText
from governance.forms.versioned import VersionedForm
from reports.models import Commentary
from reports.sections import ESSENTIAL, OBSTACLES, PROPOSALS, SECTIONS


class PeriodForm(forms.Form):
    """From which year to which year, among those with situations."""

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(year, str(year)) for year in years]
        self.fields["first"] = forms.TypedChoiceField(
            label="Première année", choices=choices, coerce=int
        )
        self.fields["last"] = forms.TypedChoiceField(
            label="Dernière année", choices=choices, coerce=int
        )

    def clean(self) -> dict[str, Any]:
        """The two years; an error on the second when it comes before the first."""
        period = super().clean() or {}
        if "first" in period and "last" in period and period["first"] > period["last"]:
            raise ValidationError(
                {"last": "Choisissez la même année que la première, ou une suivante."}
            )
        return period


_HINTS = {
    ESSENTIAL: "Ce que le COPIL doit retenir de la période, en quelques lignes.",
    OBSTACLES: "Ce qui revient d’une situation à l’autre, un obstacle par ligne.",
    PROPOSALS: "Ce que vous soumettez au COPIL, une proposition par ligne.",
}


class CompositionForm(VersionedForm):
    """A text a section, each re-read by the guard; all may stay empty. `commentary`: as it was
    opened, version 0 for none yet."""

    def __init__(self, data: Any = None, commentary: Commentary | None = None) -> None:
        commentary = commentary or Commentary(version=0)
        super().__init__(data, initial={**commentary.texts, "version": commentary.version})
        for section, title in SECTIONS:
            self.fields[section] = GuardedText(
                "Commentary.texts",
                label=title,
                help_text=_HINTS.get(section, ""),
                widget=forms.Textarea(attrs={"rows": 4}),
                max_length=4000,
                required=False,
            )

    def written(self, base: Commentary, field: str) -> str:
        """What `base` holds in that section."""
        return str(base.texts.get(field, ""))


class FreezeForm(forms.Form):
    """What the coordination has checked before an edition is frozen for good."""

    read_again = forms.BooleanField(
        label="J’ai lu l’aperçu en entier, textes compris : rien n’y fait reconnaître quelqu’un."
    )
