"""The tables that an edition tells of, those that it only crosses with others included."""

from dataclasses import dataclass

from reports.published import Codes, PublishedFigures


@dataclass(frozen=True)
class Side:
    """A table as an edition groups it, or as a cross-table that uses it does."""

    groups: tuple[Codes, ...]
    multiple: bool
    whole: bool


def sides(edition: PublishedFigures) -> dict[str, Side]:
    """The tables that the edition tells of, by code; cross-tables tell of theirs too."""
    crossed = {
        axis.code: Side(tuple(group.codes for group in axis.groups), axis.multiple, whole=True)
        for cross in edition.cross_tables
        for axis in (cross.rows, cross.columns)
    }
    return crossed | {
        table.code: Side(
            tuple(row.group.codes for row in table.rows), table.multiple, whole=table.whole
        )
        for table in edition.tables
    }
