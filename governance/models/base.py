"""What every table shares: an opaque key, its history, constraints asked in one question."""

import uuid
from collections.abc import Collection, Sequence
from functools import cache, reduce
from operator import and_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from simple_history import models as simple_history
from simple_history.manager import HistoryManager


class _AllChecks(models.CheckConstraint):
    """Several checks in one question to the database; one by one when it says no, to tell which.

    An alert has twelve, and Django asks the database each apart: a third of the cost of sending it.
    """

    def __init__(self, checks: list[models.CheckConstraint]) -> None:
        super().__init__(
            condition=reduce(and_, (check.condition for check in checks)), name="all_checks"
        )
        self.checks = checks

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        # A check that names an excluded field is passed over, and it alone.
        if not exclude:
            try:
                super().validate(model, instance, using=using)  # type: ignore[misc]
                return
            except ValidationError:
                pass
        errors = []
        for check in self.checks:
            try:
                check.validate(model, instance, exclude=exclude, using=using)  # type: ignore[attr-defined]
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)


class UuidModel(models.Model):
    """A row whose key says nothing: neither rank nor number of rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """Django's, the checks of each model gathered in one."""
        return [(model, _gathered(model)) for model, _ in super().get_constraints()]


class _HistoryManager(HistoryManager):  # type: ignore[misc]
    @classmethod
    @cache
    def from_queryset(cls, queryset: type[models.QuerySet[Any]]) -> type[models.Manager[Any]]:
        """simple-history's, made once: it would make the class anew at each save, a tenth of it."""
        found: type[models.Manager[Any]] = super().from_queryset(queryset)
        return found


class HistoricalRecords(simple_history.HistoricalRecords):  # type: ignore[misc]
    """The history of a model, kept by django-simple-history; its options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(history_manager=_HistoryManager, **options)


@cache
def _gathered(model: type[models.Model]) -> tuple[models.BaseConstraint, ...]:
    constraints = model._meta.constraints
    checks = [each for each in constraints if isinstance(each, models.CheckConstraint)]
    others = [each for each in constraints if not isinstance(each, models.CheckConstraint)]
    return (*others, _AllChecks(checks)) if checks else tuple(others)
