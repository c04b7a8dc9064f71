"""What the coordination fills in to settle an alert."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from cases.models import Situation
from governance.models import Organisation


class DecisionForm(forms.Form):
    """One decision; several stand on the page, so that its fields carry its name in their ids."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s")


class QuestionForm(DecisionForm):
    """A question to the author of an alert."""

    question = forms.CharField(
        label="Votre question",
        help_text="L’auteur la lira sur la page de suivi de son alerte. N’y nommez personne.",
        max_length=5000,
        widget=forms.Textarea,
    )


class SituationField(forms.ModelChoiceField):
    """A situation by its number, typed in any case."""

    def to_python(self, value: Any) -> Situation | None:
        return super().to_python(str(value).strip().upper() if value else None)


class LinkForm(DecisionForm):
    """The known situation that an alert belongs to, found by its number."""

    situation = SituationField(
        label="Numéro de la situation",
        queryset=Situation.objects.none(),
        to_field_name="code",
        widget=forms.TextInput(attrs={"list": "known", "autocomplete": "off"}),
        error_messages={"invalid_choice": "Aucune situation du conseil ne porte ce numéro."},
    )

    def __init__(self, data: Any = None, *, situations: QuerySet[Situation]) -> None:
        super().__init__(data)
        self.fields["situation"].queryset = situations


class RedirectForm(DecisionForm):
    """To whom the author is redirected, and why."""

    organisation = forms.ModelChoiceField(
        label="Vers quel organisme",
        queryset=Organisation.objects.none(),
        empty_label="Aucun organisme de l’annuaire",
        required=False,
    )
    reason = forms.CharField(
        label="Ce que vous répondez",
        help_text="L’auteur le lira : pourquoi, et comment s’y prendre.",
        max_length=5000,
        widget=forms.Textarea,
    )

    def __init__(self, data: Any = None, *, organisations: QuerySet[Organisation]) -> None:
        super().__init__(data)
        self.fields["organisation"].queryset = organisations


class RejectForm(DecisionForm):
    """Why an alert is out of criteria or out of the territory."""

    reason = forms.CharField(
        label="Ce que vous répondez",
        help_text="L’auteur le lira : quel critère manque, ou quel territoire est compétent.",
        max_length=5000,
        widget=forms.Textarea,
    )
