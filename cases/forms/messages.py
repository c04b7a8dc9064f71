"""What is written beside an alert or a situation: a message, a complement, an internal note."""

from collections.abc import Mapping
from typing import Any

from django import forms

from cases.forms.fields import not_in_future
from cases.forms.meetings import NO_NAME
from governance.forms.guarded import GuardedText


class MessageForm(forms.Form):
    """A message between the coordination and one partner."""

    text = GuardedText(
        "Message.text",
        label="Votre message",
        help_text=NO_NAME,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "id": "id_message"}),
    )


class AnswerForm(forms.Form):
    """The author's answer to a question of the coordination, and what it changes in the alert."""

    text = GuardedText(
        "Message.text",
        label="Votre réponse",
        help_text=NO_NAME,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    facts = GuardedText(
        "Alert.facts",
        label="Faits à corriger ou à ajouter dans votre alerte",
        help_text="Ils s’ajoutent à ce que vous aviez écrit, avec la date : rien n’est effacé.",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoteForm(forms.Form):
    """A note of the coordination's own, on an alert."""

    text = forms.CharField(
        label="Nouvelle note",
        help_text="Seule la coordination la lit.",
        max_length=10_000,
        widget=forms.Textarea,
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        # Messages stand on the same page: no two of their fields or hints share an id.
        super().__init__(data, auto_id="note_%s")


class SituationNoteForm(NoteForm):
    """The same on a situation, which a contact with the person keeps longer."""

    contact_on = forms.DateField(
        label="Date du contact avec la personne",
        help_text="Si la note rapporte un appel, une visite, un courrier : la durée de "
        "conservation repart de ce jour.",
        required=False,
        validators=[not_in_future],
    )
