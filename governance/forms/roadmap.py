"""The roadmap: axes, objectives, action sheets, balances."""

from typing import Any

from django import forms

from governance.forms.guarded import GuardedText
from governance.forms.papers import initial_answers
from governance.forms.versioned import VersionedForm
from governance.models import ActionSheet, Axis, Body, Council, Objective

_LONGEST = 20_000


class AxisForm(forms.ModelForm):
    """An axis of the roadmap."""

    class Meta:
        model = Axis
        fields = ("title", "position")
        labels = {"title": "Axe", "position": "Ordre dans la feuille de route"}


class ObjectiveForm(forms.ModelForm):
    """An objective of an axis."""

    class Meta:
        model = Objective
        fields = ("title", "position")
        labels = {"title": "Objectif", "position": "Ordre dans l’axe"}


class ActionForm(VersionedForm):
    """An action sheet. `record`: the one that the form is opened on, saved or not."""

    title = forms.CharField(label="Action", max_length=200)
    objective = forms.ModelChoiceField(label="Objectif", queryset=Objective.objects.none())
    body = forms.ModelChoiceField(
        label="Instance qui la porte",
        queryset=Body.objects.none(),
        required=False,
        empty_label="La coordination",
    )
    description = GuardedText(
        "governance.ActionSheet.description",
        label="Ce qui est fait, et pour qui",
        max_length=_LONGEST,
        required=False,
    )
    lead = forms.CharField(
        label="Pilote", help_text="Qui peut la mener à bien.", max_length=160, required=False
    )
    partners = GuardedText(
        "governance.ActionSheet.partners", label="Partenaires", max_length=_LONGEST, required=False
    )
    resources = GuardedText(
        "governance.ActionSheet.resources",
        label="Moyens nécessaires",
        help_text="Temps, locaux, financement\u00a0: acquis et à trouver.",
        max_length=_LONGEST,
        required=False,
    )
    starts_on = forms.DateField(label="Début", required=False)
    ends_on = forms.DateField(label="Fin prévue", required=False)
    state = forms.ChoiceField(label="État", choices=ActionSheet.State.choices)
    indicators = GuardedText(
        "governance.ActionSheet.indicators",
        label="Indicateurs de résultat",
        help_text="Ce que l’on comptera pour dire si l’action a porté.",
        max_length=_LONGEST,
        required=False,
    )

    def __init__(self, data: Any = None, record: Any = None, *, council: Council):
        super().__init__(data, initial=initial_answers(record, self.base_fields))
        if record._state.adding:
            self.initial["version"] = 0
        objectives = Objective.objects.filter(axis__council=council).select_related("axis")
        self.fields["objective"].queryset = objectives.order_by("axis__position", "position")
        self.fields["body"].queryset = council.bodies.all()

    def clean(self) -> dict[str, Any]:
        """The end follows the start."""
        answers = self.cleaned_data
        start, end = answers.get("starts_on"), answers.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "La fin ne peut précéder le début.")
        return answers


class BalanceForm(VersionedForm):
    """What a year brought. `record`: the balance that the form is opened on, saved or not."""

    text = GuardedText(
        "governance.Balance.text",
        label="Bilan de l’année",
        help_text="Ce qui a été fait, ce qui a manqué, ce que l’on propose. Lu par le COPIL.",
        max_length=_LONGEST,
    )
    results = GuardedText(
        "governance.Balance.results",
        label="Indicateurs atteints",
        max_length=_LONGEST,
        required=False,
    )

    def __init__(self, data: Any = None, record: Any = None):
        super().__init__(data, initial=initial_answers(record, self.base_fields))
