"""What a council writes down of itself: organisations, bodies, resources, prepared replies."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from governance import policies
from governance.models import Body, Organisation, PreparedReply, Resource
from governance.viewer import Viewer

Row = Organisation | Body | Resource | PreparedReply

_WRITERS = {
    Organisation: policies.can_manage,
    Body: policies.can_manage,
    Resource: policies.can_coordinate,
    PreparedReply: policies.can_coordinate,
}


def inscribe(viewer: Viewer, row: Row, answers: Mapping[str, Any]) -> None:
    """Write down one row, new or changed; see `inscribe_all`."""
    inscribe_all(viewer, [(row, answers)])


@transaction.atomic
def inscribe_all(viewer: Viewer, rows: Iterable[tuple[Row, Mapping[str, Any]]]) -> None:
    """Write down rows that their form has filled and checked: all of them, or none.

    `answers` are those of the form, for what a row points to (the towns of a resource). Refused
    for who may not write such a row of its council.
    """
    for row, answers in rows:
        _WRITERS[type(row)](viewer, row.council).enforce()
        row.save()
        for relation in row._meta.many_to_many:
            getattr(row, relation.name).set(answers[relation.name])
