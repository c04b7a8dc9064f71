"""The alert in the browser: the question of danger and five named steps, whose fields are those
of the declaration.

A step keeps what was typed whether it is valid or not (`typed`); the whole is checked again when
the alert is sent (`bound_steps`, `submission`).
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.datastructures import MultiValueDict

from cases.alert_options import AlertOptions
from cases.forms.steps import Answers, Sent, StepForm
from cases.forms.steps_what import ExpectationsForm, ObservationsForm, StepsTriedForm
from cases.forms.steps_who import (
    AgreementForm,
    DangerForm,
    OpenPersonForm,
    PersonForm,
    RequesterForm,
)
from cases.services.intake import Submission
from cases.vault import IDENTITY_FIELDS
from governance.forms import guarded

STEPS: tuple[type[StepForm], ...] = (
    DangerForm,
    RequesterForm,
    AgreementForm,
    PersonForm,
    ObservationsForm,
    StepsTriedForm,
    ExpectationsForm,
)


def bound_steps(options: AlertOptions, answers: Answers) -> list[StepForm]:
    """Every step, bound to what the draft keeps of it, to say what is missing."""
    return [
        step(
            options,
            answers,
            MultiValueDict(
                {
                    name: value if isinstance(value, list) else [value]
                    for name, value in answers.get(step.slug, {}).items()
                }
            ),
        )
        for step in STEPS
    ]


def one_page(options: AlertOptions, answers: Answers, data: Sent = None) -> list[StepForm]:
    """Every step but the question of danger, for one page: shown, or bound to what it sends.

    The fields of the identity are all there; the page opens them, and the draft keeps them, under
    a *named* agreement only.
    """
    agreement = AgreementForm(options, answers, data)
    given = answers if data is None else {**answers, agreement.slug: agreement.typed()}
    return [
        RequesterForm(options, given, data),
        agreement,
        OpenPersonForm(options, given, data),
        ObservationsForm(options, given, data),
        StepsTriedForm(options, given, data),
        ExpectationsForm(options, given, data),
    ]


def submission(draft_key: UUID, steps: Sequence[StepForm]) -> Submission:
    """The alert that the valid `steps` make, ready to be sent."""
    answers: dict[str, Any] = {}
    for step in steps:
        answers.update(step.cleaned_data)
    identity = {code: answers.pop(code) for code in IDENTITY_FIELDS if code in answers}
    return Submission(
        draft_key=draft_key,
        steps=answers.pop("steps"),
        involved_partners=answers.pop("involved_partners"),
        suggested_invitees=answers.pop("suggested_invitees"),
        outside_organisation=answers.pop("outside_organisation", ""),
        receipt_to=answers.pop("receipt_to", ""),
        identity={code: str(answer) for code, answer in identity.items() if answer},
        fields=answers,
        kept=[passage for step in steps for passage in guarded.kept(step)],
    )


class WithdrawForm(forms.Form):
    """Why the author takes the alert back."""

    reason = forms.CharField(
        label="Pourquoi la retirez-vous ?",
        max_length=500,
        # RevealForm, on the same page, asks for a reason too.
        widget=forms.TextInput(attrs={"id": "id_withdraw_reason"}),
    )


class RevealForm(forms.Form):
    """Why an identity is needed now; the journal keeps it."""

    reason = forms.CharField(
        label="Pourquoi en avez-vous besoin maintenant ?",
        help_text="Ce motif est enregistré avec votre nom. N’y nommez personne.",
        min_length=10,
        max_length=300,
    )
