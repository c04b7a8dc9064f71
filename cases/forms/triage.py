"""What the coordination fills in to settle an alert."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from cases.models import Situation
from governance.forms.guarded import GuardedText
from governance.models import Meeting, Organisation, PreparedReply, Resource


class DecisionForm(forms.Form):
    """One decision; several stand on the page, so that its fields carry its name in their ids."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}_%s")


class QuestionForm(DecisionForm):
    """A question to the author of an alert."""

    question = GuardedText(
        "Message.text",
        label="Votre question",
        help_text="L’auteur la lira sur la page de suivi de son alerte. N’y nommez personne.",
        max_length=5000,
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


class PrepareForm(DecisionForm):
    """Which prepared reply to start from, and towards which resource; in the address."""

    reponse = forms.ModelChoiceField(
        label="Réponse préparée",
        queryset=PreparedReply.objects.none(),
        empty_label="Aucune",
        required=False,
    )
    ressource = forms.ModelChoiceField(
        label="Vers quelle ressource",
        queryset=Resource.objects.none(),
        empty_label="Aucune de l’annuaire",
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        replies: QuerySet[PreparedReply],
        resources: QuerySet[Resource],
    ) -> None:
        super().__init__(data)
        self.fields["reponse"].queryset = replies
        self.fields["ressource"].queryset = resources

    def prepared(self, code: str) -> dict[str, Any]:
        """What the choices put in RedirectForm, for the alert of that number."""
        if not self.is_valid():
            return {}
        reply, resource = self.cleaned_data["reponse"], self.cleaned_data["ressource"]
        prepared: dict[str, Any] = {"reason": reply.filled(code, resource)} if reply else {}
        if resource and not reply:
            prepared["reason"] = resource.contact
        if resource and resource.organisation_id:
            prepared["organisation"] = resource.organisation_id
        return prepared


class RedirectForm(DecisionForm):
    """To whom the author is redirected, and why."""

    organisation = forms.ModelChoiceField(
        label="Vers quel organisme",
        queryset=Organisation.objects.none(),
        empty_label="Aucun organisme de l’annuaire",
        required=False,
    )
    reason = GuardedText(
        "Alert.outcome_reason",
        label="Ce que vous répondez",
        help_text="L’auteur le lira : pourquoi, et comment s’y prendre.",
        max_length=5000,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        organisations: QuerySet[Organisation],
        prepared: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data)
        self.fields["organisation"].queryset = organisations
        self.initial = dict(prepared or {})


class SittingForm(DecisionForm):
    """The séance at which an alert that is retained will be heard."""

    meeting = forms.ModelChoiceField(
        label="Séance", queryset=Meeting.objects.none(), empty_label="Choisir une séance"
    )

    def __init__(self, data: Any = None, *, meetings: QuerySet[Meeting]) -> None:
        super().__init__(data)
        self.fields["meeting"].queryset = meetings
        self.fields["meeting"].label_from_instance = _sitting


def _sitting(meeting: Meeting) -> str:
    return date_format(timezone.localtime(meeting.starts_at), "l j F Y")


class RejectForm(DecisionForm):
    """Why an alert is out of criteria or out of the territory."""

    reason = GuardedText(
        "Alert.outcome_reason",
        label="Ce que vous répondez",
        help_text="L’auteur le lira : quel critère manque, ou quel territoire est compétent.",
        max_length=5000,
    )
