"""A council set up and settled: its settings, its territory, its wording of the closed lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms.boundfield import BoundField

from governance import nomenclatures
from governance.models import Council, District, Sector, Town
from governance.nomenclatures import Entry
from governance.services.councils import Answer

_SECTOR_CODE = RegexValidator(
    r"^[0-9A-Za-z]{2,20}\Z", "Un code de secteur a de 2 à 20 lettres ou chiffres, comme 59G22."
)


def _profiles() -> list[tuple[str, str]]:
    return [(code, profile["label_fr"]) for code, profile in nomenclatures.profiles().items()]


class NewCouncilForm(forms.ModelForm):
    """What a council needs to exist; the rest is copied from the profile and changed later."""

    profile = forms.ChoiceField(
        label="Profil",
        choices=_profiles,
        widget=forms.RadioSelect,
        help_text="Les réglages de départ. Vous pourrez tous les changer ensuite.",
    )
    towns = forms.CharField(
        label="Communes",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une commune par ligne.",
    )
    sectors = forms.CharField(
        label="Secteurs de psychiatrie",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Un code par ligne, comme 59G22. « Hors secteur du territoire » est ajouté.",
    )

    class Meta:
        model = Council
        fields = ["name", "code", "profile"]
        help_texts = {
            "name": "Par exemple « CLSM de Lille ».",
            "code": "De 2 à 8 lettres capitales ou chiffres. Il commence tous les numéros, comme "
            "LIL dans LIL-2026-042, et ne change plus.",
        }

    def clean_towns(self) -> list[str]:
        return _lines(self.cleaned_data["towns"])

    def clean_sectors(self) -> list[str]:
        codes = _lines(self.cleaned_data["sectors"])
        for code in codes:
            _SECTOR_CODE(code)
        return codes


def _lines(text: str) -> list[str]:
    """The lines that say something, each once whatever its case."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return list({line.casefold(): line for line in lines if line}.values())


class SettingsForm(forms.ModelForm):
    """The settings that the profile proposed, and the contact printed in acknowledgements."""

    SECTIONS = (
        ("Le conseil", ("name",)),
        (
            "Contact des accusés de réception",
            ("contact_service", "contact_address", "contact_phone", "contact_email"),
        ),
        (
            "Les séances",
            (
                "meeting_label",
                "venue",
                "scheduling",
                "has_permanent_members",
                "requester_invites",
            ),
        ),
        (
            "L’alerte",
            (
                "intake_form_label",
                "acceptance_by",
                "answer_days",
                "person_may_submit",
                "accepts_occasional_authors",
                "criteria_required",
            ),
        ),
        (
            "L’accord et les suites",
            (
                "naming_without_consent",
                "record_label",
                "record_distribution",
                "feedback_when_anonymous",
            ),
        ),
        ("Petits nombres des bilans", ("copil_threshold", "public_threshold")),
        ("Conservation", ("retention_months", "memory_months")),
    )

    class Meta:
        model = Council
        fields = (
            "name",
            "contact_service",
            "contact_address",
            "contact_phone",
            "contact_email",
            "meeting_label",
            "venue",
            "scheduling",
            "has_permanent_members",
            "requester_invites",
            "intake_form_label",
            "acceptance_by",
            "person_may_submit",
            "criteria_required",
            "answer_days",
            "accepts_occasional_authors",
            "naming_without_consent",
            "record_label",
            "record_distribution",
            "feedback_when_anonymous",
            "copil_threshold",
            "public_threshold",
            "retention_months",
            "memory_months",
        )
        labels = {
            "name": "Nom du conseil",
            "contact_service": "Service",
            "contact_address": "Adresse",
            "contact_phone": "Téléphone",
            "contact_email": "Courriel",
            "scheduling": "Rythme des séances",
            "has_permanent_members": "Des membres permanents siègent à toutes les séances",
            "requester_invites": "Le demandeur invite ses partenaires",
            "person_may_submit": "La personne peut remplir la fiche elle-même",
            "criteria_required": "Les signes des quatre rapports sont demandés",
            "naming_without_consent": "Tant que l’accord n’est pas recueilli",
            "feedback_when_anonymous": "Restitution prévue même si la situation est anonyme",
            "retention_months": "Mois de conservation d’une situation après le dernier contact",
            "memory_months": "Mois pendant lesquels une personne déjà vue est reconnue ensuite",
        }
        help_texts = {
            "contact_service": "Nommé dans l’accusé de réception de chaque alerte.",
            "naming_without_consent": "Comment une situation peut être évoquée en séance. "
            "Après un refus ou un retrait, seuls les thèmes le sont, quel que soit ce réglage.",
            "copil_threshold": "Dans l’édition du COPIL, un nombre plus petit n’est pas imprimé. "
            "Au moins 5.",
            "public_threshold": "Dans l’édition publique. Au moins autant que pour le COPIL.",
            "memory_months": "De 0 à 24 après l’effacement de l’identité. D’ici là, une empreinte "
            "chiffrée signale à la coordination qu’une alerte semble concerner une personne déjà "
            "vue. 0 : l’empreinte part avec l’identité.",
            "retention_months": "De 6 à 24. Ensuite l’identité et les textes sont effacés, la "
            "ligne statistique anonyme reste. Chaque effacement est annoncé 60 jours avant, même "
            "quand vous raccourcissez.",
        }

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        """(title, fields) in the order of the page."""
        for title, names in self.SECTIONS:
            yield title, [self[name] for name in names]


class TownForm(forms.ModelForm):
    """The name of a town."""

    class Meta:
        model = Town
        fields = ["name"]
        labels = {"name": "Nom de la commune"}


class DistrictForm(forms.ModelForm):
    """The name of a district; it stays in its town."""

    class Meta:
        model = District
        fields = ["name", "priority_area"]
        labels = {
            "name": "Nom du quartier",
            "priority_area": "Quartier prioritaire de la politique de la ville (QPV)",
        }


class NewDistrictForm(DistrictForm):
    """A district and its town, one of the given council's."""

    class Meta(DistrictForm.Meta):
        fields = ["town", *DistrictForm.Meta.fields]

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["town"] = forms.ModelChoiceField(
            label="Commune", queryset=council.towns.all(), empty_label="Choisissez"
        )


class SectorForm(forms.ModelForm):
    """The label of a sector; its code is fixed once situations may use it."""

    class Meta:
        model = Sector
        fields = ["label"]


class NewSectorForm(SectorForm):
    """A sector: its code and its label."""

    code = forms.CharField(
        label="Code", max_length=20, validators=[_SECTOR_CODE], help_text="Par exemple 59G22."
    )

    class Meta(SectorForm.Meta):
        fields = ["code", "label"]


@dataclass(frozen=True)
class AnswerFields:
    """The fields of one answer on the page of a closed list."""

    code: str
    label: BoundField
    position: BoundField
    active: BoundField | None


class ClosedListForm(forms.Form):
    """The label, rank and activity of each answer of a closed list; the codes are not fields.

    `fixed`: every answer stays proposed (see governance/closed_lists.py).
    """

    def __init__(self, *args: Any, entries: Sequence[Entry], fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        for rank, entry in enumerate(entries, start=1):
            self.fields[f"label-{entry.code}"] = forms.CharField(
                label="Libellé",
                max_length=200,
                initial=entry.label,
                error_messages={"required": f"Donnez un libellé à la réponse {entry.code}."},
            )
            no_rank = f"La réponse {entry.code} a un rang de 1 à {len(entries)}."
            self.fields[f"position-{entry.code}"] = forms.IntegerField(
                label="Ordre",
                min_value=1,
                max_value=len(entries),
                initial=rank,
                error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"), no_rank
                ),
            )
            if not fixed:
                self.fields[f"active-{entry.code}"] = forms.BooleanField(
                    label="Proposée", required=False, initial=entry.extra.get("active", True)
                )

    def rows(self) -> Iterator[AnswerFields]:
        """The answers' fields, in the order of the page."""
        for entry in self.entries:
            active = f"active-{entry.code}"
            yield AnswerFields(
                entry.code,
                self[f"label-{entry.code}"],
                self[f"position-{entry.code}"],
                self[active] if active in self.fields else None,
            )

    def answers(self) -> list[Answer]:
        """What was typed, in the order asked for; the page's order decides between equals."""
        typed = self.cleaned_data
        ranked = sorted(self.entries, key=lambda entry: typed[f"position-{entry.code}"])
        return [
            Answer(
                entry.code, typed[f"label-{entry.code}"], typed.get(f"active-{entry.code}", True)
            )
            for entry in ranked
        ]
