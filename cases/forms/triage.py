"""What the coordination fills in to settle an alert, and the filters of the list of alerts."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from cases.models import Situation
from governance.models import Council, Organisation
from governance.selectors import council_list


class AlertFilters(forms.Form):
    """The filters of the list of alerts, in the address; an unknown value is no filter."""

    status = forms.ChoiceField(label="État", required=False)
    sector = forms.ChoiceField(label="Secteur", required=False)
    subject = forms.ChoiceField(label="Objet", required=False)

    def __init__(self, data: Any, *, council: Council) -> None:
        super().__init__(data)
        self.fields["status"].choices = all_or("Tous les états", council, "alert_status", "draft")
        self.fields["sector"].choices = all_or("Tous les secteurs", council, "psychiatric_sector")
        self.fields["subject"].choices = all_or("Tous les objets", council, "alert_subject")

    def lookups(self) -> dict[str, str]:
        """The filters that are set, as `QuerySet.filter` wants them."""
        return set_lookups(
            self,
            status="status",
            sector="psychiatric_sector__code",
            subject="alert_subject__has",
        )


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


def all_or(all_of_them: str, council: Council, list_code: str, *without: str) -> list[Any]:
    """The choices of a filter: no filter, then the answers of the council's list."""
    answers = [(e.code, e.label) for e in council_list(council, list_code) if e.code not in without]
    return [("", all_of_them), *answers]


def set_lookups(form: forms.Form, **lookups: str) -> dict[str, str]:
    """{lookup: value} of the fields of a GET form that are set and valid."""
    form.is_valid()
    answers = form.cleaned_data
    return {lookup: answers[field] for field, lookup in lookups.items() if answers.get(field)}
