"""Model fields made from the declaration of the alert form (governance/nomenclatures.yaml)."""

from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.lookups import Contains

from cases.crypto import EncryptedTextField
from cases.privacy import Privacy, classified
from governance import nomenclatures


class CodeListField(models.TextField):
    """Several codes of a closed list, in order, stored as `|a|b|`.

    A portable stand-in for PostgreSQL's arrays: `filter(alert_subject__has="x")` works on both
    databases. Python sees a tuple of codes.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> tuple[str, ...]:
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[str, ...]:
        return _split(value) if isinstance(value, str) else tuple(value or ())

    def get_prep_value(self, value: Any) -> str:
        codes = self.to_python(value)
        return f"|{'|'.join(codes)}|" if codes else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))


@lru_cache(maxsize=4096)
def _split(stored: str) -> tuple[str, ...]:
    """The codes; the same few answers come back in thousands of rows when a year is counted."""
    return tuple(code for code in stored.split("|") if code)


@CodeListField.register_lookup
class Has(Contains):
    """`field__has=code`: the code is one of those stored."""

    lookup_name = "has"

    def get_prep_lookup(self) -> str:
        return f"|{self.rhs}|"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        # The operators of a database are known by the names of Django's own lookups.
        operator: str = connection.operators[Contains.lookup_name]
        return operator % rhs


def declared(code: str) -> Any:
    """The model field of the alert-form field `code`, labelled and classified as declared there.

    KeyError when the form has no such field.
    """
    spec = nomenclatures.field_spec(code)
    common: dict[str, Any] = {"verbose_name": spec.label, "help_text": spec.help}
    field: Any
    match spec.type:
        case "choice":
            field = models.CharField(max_length=40, blank=True, **common)
        case "multichoice":
            field = CodeListField(blank=True, default=(), **common)
        case "text":
            field = models.CharField(max_length=200, blank=True, **common)
        case "longtext":
            field = EncryptedTextField(blank=True, **common)
        case "tristate":
            field = models.BooleanField(null=True, blank=True, **common)
        case "boolean":
            field = models.BooleanField(default=False, **common)
        case "date":
            field = models.DateField(null=True, blank=True, **common)
        case "year":
            field = models.PositiveSmallIntegerField(null=True, blank=True, **common)
        case _:
            raise KeyError(f"{code}: a {spec.type} field is written by hand")
    return classified(Privacy(spec.privacy), field)


def code_constraints(table: str, *fields: tuple[str, str]) -> list[models.CheckConstraint]:
    """One constraint for each (field, list): the database refuses a code outside the list."""
    return [
        models.CheckConstraint(
            name=f"{table}_{field}_code",
            condition=Q(**{f"{field}__in": ["", *nomenclatures.codes(list_code)]}),
            violation_error_message="Cette réponse ne figure pas dans la liste.",
        )
        for field, list_code in fields
    ]
