"""The year's calendar: its rhythm, then each séance as the coordination corrects it."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS

from cases.rhythm import LAST, MONTHS_APART
from cases.services.planning import PlannedSitting
from governance.holidays import public_holidays
from governance.models import Council

MOST = 12


class YearFilter(forms.Form):
    """Which year of the calendar; `cleaned_data["annee"]` may be None."""

    annee = forms.IntegerField(min_value=2000, max_value=2100, required=False)


class RhythmForm(forms.Form):
    """In which rhythm the council meets; the arguments of cases.rhythm.propose, and the hours."""

    year = forms.TypedChoiceField(label="Année", coerce=int)
    months_apart = forms.TypedChoiceField(
        label="Rythme", coerce=int, choices=[(2, "Tous les deux mois"), (3, "Chaque trimestre")]
    )
    first_month = forms.TypedChoiceField(
        label="À partir de", coerce=int, choices=list(MONTHS.items())
    )
    rank = forms.TypedChoiceField(
        label="Semaine du mois",
        coerce=int,
        choices=[(1, "1re"), (2, "2e"), (3, "3e"), (4, "4e"), (LAST, "Dernière")],
    )
    weekday = forms.TypedChoiceField(
        label="Jour", coerce=int, choices=[(day, WEEKDAYS[day]) for day in range(5)]
    )
    start = forms.TimeField(label="Heure de début")
    end = forms.TimeField(label="Heure de fin")
    place = forms.CharField(label="Lieu ou lien de visioconférence", max_length=200, required=False)

    def __init__(self, answers: Any = None, *, council: Council) -> None:
        today = timezone.localdate()
        usual = {
            "year": today.year + 1,
            "months_apart": MONTHS_APART[Council.Scheduling(council.scheduling)],
            "first_month": 1,
            "rank": 2,
            "weekday": 3,
            "start": datetime.time(14),
            "end": datetime.time(16),
        }
        super().__init__(answers, initial=usual)
        self.fields["year"].choices = [  # type: ignore[attr-defined]
            (year, str(year)) for year in (today.year, today.year + 1)
        ]

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        start, end = answers.get("start"), answers.get("end")
        if start and end and end <= start:
            self.add_error("end", "La fin doit suivre le début.")
        return answers


class SittingForm(forms.Form):
    """One séance of the proposal: kept or not, and corrected."""

    kept = forms.BooleanField(label="Convoquer cette séance", required=False)
    day = forms.DateField(label="Date")
    start = forms.TimeField(label="Début")
    end = forms.TimeField(label="Fin")
    place = forms.CharField(label="Lieu ou lien", max_length=200, required=False)

    def clean_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["day"]
        if day <= timezone.localdate():
            raise forms.ValidationError("Cette date est passée.")
        holiday = public_holidays(day.year).get(day)
        if holiday:
            raise forms.ValidationError(f"Ce jour est férié : {holiday}.")
        return day

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        start, end = answers.get("start"), answers.get("end")
        if start and end and end <= start:
            self.add_error("end", "La fin doit suivre le début.")
        if not answers.get("kept"):
            self.errors.clear()  # what is left out may be wrong
        return answers

    def sitting(self) -> PlannedSitting:
        """What plan_year convenes; for a valid form."""
        day = self.cleaned_data["day"]
        return PlannedSitting(
            timezone.make_aware(datetime.datetime.combine(day, self.cleaned_data["start"])),
            timezone.make_aware(datetime.datetime.combine(day, self.cleaned_data["end"])),
            self.cleaned_data["place"],
        )


class _SittingFormSet(forms.BaseFormSet[SittingForm]):
    def clean(self) -> None:
        if not any(self.errors) and not kept(self):
            raise forms.ValidationError("Cochez au moins une séance.")


def kept(sittings: forms.BaseFormSet[SittingForm]) -> list[PlannedSitting]:
    """The séances that were kept; for a valid formset."""
    return [form.sitting() for form in sittings.forms if form.cleaned_data.get("kept")]


SittingFormSet = forms.formset_factory(
    SittingForm, formset=_SittingFormSet, extra=0, max_num=MOST, absolute_max=MOST
)
