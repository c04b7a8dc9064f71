"""Forms of the follow-up: an action lead moves, changes hands; the person was told."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from cases.forms.meetings import NO_NAME, offer_owners
from cases.services.follow_up import ENTRUST, NEEDS_OUTCOME, WHY
from cases.workflow import ACTION_LEAD
from governance.forms.guarded import GuardedText
from governance.models import Membership


class LeadMoveForm(forms.Form):
    """An act that exists in the lead's state, and what came of it."""

    act = forms.ChoiceField(label="Où en est la piste ?", widget=forms.RadioSelect)
    outcome = GuardedText(
        "ActionLead.outcome",
        label="Suite donnée, ce qui en a été appris",
        help_text=f"Demandée pour décliner, et quand la piste n’aboutit pas. {NO_NAME}",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        required=False,
    )

    def __init__(self, *args: Any, status: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [  # type: ignore[attr-defined]
            (transition.name, transition.label)
            for transition in ACTION_LEAD.transitions
            if status in transition.sources and transition.name != ENTRUST
        ]

    def clean(self) -> None:
        answers = self.cleaned_data
        if answers.get("act") in NEEDS_OUTCOME and not answers.get("outcome"):
            self.add_error("outcome", WHY)


class LeadAssignForm(forms.Form):
    """Who carries the lead, until when."""

    owner = forms.TypedChoiceField(
        label="Porteur", help_text="Un participant de la situation, ou la coordination."
    )
    due_on = forms.DateField(label="Échéance", required=False)

    def __init__(self, *args: Any, owners: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_owners(self.fields["owner"], owners, "Choisissez")


class FeedbackForm(forms.Form):
    """When the person was told what came of the meeting, and how they took it."""

    given_on = forms.DateField(label="Restitution faite le", initial=timezone.localdate)
    reaction = GuardedText(
        "Feedback.reaction",
        label="Réaction de la personne",
        help_text=f"Ce que la personne en dit, avec ses mots. {NO_NAME}",
        max_length=4000,
        required=False,
    )
