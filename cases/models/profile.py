"""The anonymous profile that an alert and the situation it opens have in common."""

from django.db import models

from cases.fields import code_constraints, declared
from cases.privacy import Privacy, classified
from governance.models import District, Sector, Town

# (field, closed list) of the single-answer fields below: checked in the database.
PROFILE_LISTS = (
    ("sex", "sex"),
    ("age_band", "age_band"),
    ("household", "household"),
    ("protection_measure", "protection_measure"),
    ("housing_status", "housing_status"),
    ("situation_type", "situation_type"),
    ("since", "since"),
    ("suicidal_concern", "suicidal_concern"),
    ("involuntary_care", "involuntary_care"),
    ("adhesion", "adhesion"),
    ("information_state", "information_state"),
    ("consent_state", "consent_state"),
    ("presence_wish", "presence_wish"),
)

# The fields copied from a retained alert to its situation, as they stand.
PROFILE_FIELDS = (
    "sex", "age_band", "town", "district", "household", "minor_children", "income",
    "protection_measure", "housing_status", "housing_procedure", "move_in_year",
    "situation_type", "alert_subject", "since", "criteria_body", "criteria_home",
    "criteria_others", "criteria_institutions", "psychiatry_link", "psychiatric_sector",
    "addiction", "suicidal_concern", "involuntary_care", "adhesion",
)  # fmt: skip
TEXT_FIELDS = ("facts", "criteria_comment", "person_words", "expectations")


class AnonymousProfile(models.Model):
    """Sections 3 to 7 of the form: what describes a situation without naming anyone.

    An empty answer means "non renseigné"; a null yes/no means "ne sait pas".
    """

    sex = declared("sex")
    age_band = declared("age_band")
    town = classified(
        Privacy.SHAREABLE,
        models.ForeignKey(Town, models.PROTECT, null=True, blank=True, verbose_name="Commune"),
    )
    district = classified(
        Privacy.RESTRICTED,
        models.ForeignKey(District, models.PROTECT, null=True, blank=True, verbose_name="Quartier"),
    )
    household = declared("household")
    minor_children = declared("minor_children")
    income = declared("income")
    protection_measure = declared("protection_measure")
    housing_status = declared("housing_status")
    housing_procedure = declared("housing_procedure")
    move_in_year = declared("move_in_year")

    situation_type = declared("situation_type")
    alert_subject = declared("alert_subject")
    facts = declared("facts")
    since = declared("since")

    criteria_body = declared("criteria_body")
    criteria_home = declared("criteria_home")
    criteria_others = declared("criteria_others")
    criteria_institutions = declared("criteria_institutions")
    criteria_comment = declared("criteria_comment")

    psychiatry_link = declared("psychiatry_link")
    psychiatric_sector = classified(
        Privacy.HEALTH,
        models.ForeignKey(
            Sector, models.PROTECT, null=True, blank=True, verbose_name="Secteur de psychiatrie"
        ),
    )
    addiction = declared("addiction")
    suicidal_concern = declared("suicidal_concern")
    involuntary_care = declared("involuntary_care")

    adhesion = declared("adhesion")
    information_state = declared("information_state")
    consent_state = declared("consent_state")
    presence_wish = declared("presence_wish")
    person_words = declared("person_words")
    expectations = declared("expectations")

    class Meta:
        abstract = True

    @property
    def criteria_met(self) -> int:
        """How many of the four *rapports* (body, home, others, institutions) show a sign, 0-4."""
        return sum(
            bool(signs)
            for signs in (
                self.criteria_body,
                self.criteria_home,
                self.criteria_others,
                self.criteria_institutions,
            )
        )


def profile_constraints(table: str) -> list[models.CheckConstraint]:
    """The closed lists of the profile, as constraints of the table `table`."""
    return code_constraints(table, *PROFILE_LISTS)
