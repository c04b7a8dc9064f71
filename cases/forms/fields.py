"""Form fields made from the declaration of the alert form (governance/nomenclatures.yaml)."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.alert_options import AlertOptions
from governance.forms.guarded import GuardedText
from governance.nomenclatures import UNKNOWN, FieldSpec
from governance.selectors import council_list

Choices = list[tuple[str, Any]]

NO_ANSWER = ("", "Ne sait pas / Non renseigné")
DOES_NOT_KNOW = (UNKNOWN, "Ne sait pas")
YES_NO: Choices = [("yes", "Oui"), ("no", "Non")]
_TRUTH = {"yes": True, "no": False, UNKNOWN: None}
# Whoever writes knows these answers: "Ne sait pas" is not offered beside them.
_ALWAYS_KNOWN = frozenset(
    {"origin", "alert_channel", "situation_type", "information_state", "consent_state"}
    | {"consent_given_by", "organisation", "town"}
)
# Codes that say "none": they go with no other.
_NONE = frozenset({"none", "none_known"})
_MOST_RADIOS = 10
_LONGEST_TEXT = 10_000
_FIRST_YEAR = 1900


def declared_field(spec: FieldSpec, options: AlertOptions, *, required: bool) -> forms.Field:
    """The form field of `spec`, with the choices that the council offers.

    A field asked under a condition, or wished for by the council, carries `conditional = True`:
    its label does not call it optional. ValueError for a `repeated` field, which is a formset.
    """
    conditional = spec.required.startswith("if_") or (
        spec.required == "setting" and options.council.criteria_required
    )
    common: dict[str, Any] = {
        "label": spec.label,
        "help_text": spec.help,
        "required": required,
    }
    field: forms.Field
    match spec.type:
        case "text":
            field = forms.CharField(max_length=200, **common)
        case "longtext" if spec.privacy == "restricted":
            field = GuardedText(f"Alert.{spec.code}", max_length=_LONGEST_TEXT, **common)
        case "longtext":
            field = forms.CharField(max_length=_LONGEST_TEXT, widget=forms.Textarea, **common)
        case "date":
            field = forms.DateField(**common)
        case "year":
            this_year = timezone.localdate().year
            field = forms.IntegerField(min_value=_FIRST_YEAR, max_value=this_year, **common)
        case "boolean":
            field = _one(YES_NO, _TRUTH.get, common)
        case "tristate":
            field = _one([*YES_NO, DOES_NOT_KNOW], _TRUTH.get, common)
        case "choice" | "fk":
            choices, coerce = _single(spec, options)
            if not (required or conditional):
                choices = [*choices, NO_ANSWER]
            elif spec.code not in _ALWAYS_KNOWN:
                choices = [*choices, DOES_NOT_KNOW]
            field = _one(choices, coerce, common)
        case "multichoice":
            choices = list_choices(options, spec.list_code)
            field = forms.MultipleChoiceField(
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                validators=[_none_goes_alone(choices)],
                **common,
            )
        case "multi_fk":
            organisations = {str(each.pk): each for each in options.organisations}
            field = forms.TypedMultipleChoiceField(
                choices=[(key, str(each)) for key, each in organisations.items()],
                coerce=organisations.get,
                widget=forms.CheckboxSelectMultiple,
                **common,
            )
        case _:
            raise ValueError(f"{spec.code}: no field for the type {spec.type}")
    field.conditional = conditional  # type: ignore[attr-defined]
    if spec.privacy == "vault":
        # A browser would propose one person's name for the next one.
        field.widget.attrs["autocomplete"] = "off"
    return field


def not_in_future(day: datetime.date) -> None:
    """A validator: ValidationError (French) for a day after today."""
    if day > timezone.localdate():
        raise ValidationError("Cette date est dans le futur.")


def list_choices(options: AlertOptions, list_code: str) -> Choices:
    """The answers of a closed list, as the council words and orders them."""
    return [(entry.code, entry.label) for entry in council_list(options.council, list_code)]


def _single(spec: FieldSpec, options: AlertOptions) -> tuple[Choices, Callable[[str], Any]]:
    """What a single answer chooses among, and what the answer sent becomes."""
    objects: dict[str, Any]
    match spec.code:
        case "organisation":
            objects = {str(each.pk): each for each in options.organisations}
        case "town":
            objects = {str(each.pk): each for each in options.towns}
        case "district":
            by_town: dict[str, list[tuple[str, str]]] = {}
            for each in options.districts:
                by_town.setdefault(str(each.town), []).append((str(each.pk), str(each)))
            return list(by_town.items()), {str(d.pk): d for d in options.districts}.get
        case "psychiatric_sector":
            objects = {each.code: each for each in options.sectors}
        case _:
            return list_choices(
                options, spec.list_code
            ), lambda code: "" if code == UNKNOWN else code
    return [(key, str(each)) for key, each in objects.items()], objects.get


def _one(
    choices: Choices, coerce: Callable[[str], Any], common: dict[str, Any]
) -> forms.TypedChoiceField:
    """One answer: radios while they fit on a screen, a drop-down list beyond."""
    grouped = any(isinstance(label, list) for _, label in choices)
    radios = len(choices) <= _MOST_RADIOS and not grouped
    if not radios and NO_ANSWER in choices:
        choices = [NO_ANSWER, *choices[:-1]]
    elif not radios:
        choices = [("", "Choisir une réponse"), *choices]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=coerce,
        empty_value=coerce(""),
        widget=forms.RadioSelect if radios else forms.Select,
        **common,
    )


def _none_goes_alone(choices: Choices) -> Callable[[Sequence[str]], None]:
    labels = dict(choices)

    def check(codes: Sequence[str]) -> None:
        none = next((code for code in codes if code in _NONE), None)
        if none and len(codes) > 1:
            raise ValidationError(f"« {labels[none]} » ne va pas avec une autre réponse.")

    return check
