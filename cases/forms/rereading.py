"""The council's words that name nobody."""

from django import forms
from django.core.exceptions import ValidationError

_LONGEST_WORD, _MOST_WORDS = 80, 2_000


class AllowedWordsForm(forms.Form):
    """One word or phrase a line."""

    words = forms.CharField(
        label="Mots et expressions qui ne désignent personne",
        help_text="Un par ligne : un service, une association, un lieu public, un sigle. "
        "Le garde-fou ne les souligne plus, sauf après un titre (« Mme Lille »).",
        required=False,
        max_length=_LONGEST_WORD * _MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 14, "autocomplete": "off"}),
    )

    def clean_words(self) -> str:
        """The words in order, each once, one a line."""
        lines = (" ".join(line.split()) for line in self.cleaned_data["words"].splitlines())
        words = sorted({line.casefold(): line for line in lines if line}.values(), key=str.casefold)
        if len(words) > _MOST_WORDS:
            raise ValidationError("La liste est trop longue : 2 000 lignes au plus.")
        if long := next((word for word in words if len(word) > _LONGEST_WORD), None):
            raise ValidationError(f"« {long[:40]}… » est trop long : 80 caractères au plus.")
        return "\n".join(words)
