"""Where the numbers of an edition are printed, so that one can be told from another and hidden."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from reports.published import Cell, Codes, Dropped, PublishedFigures, Withheld

LINE, CELL, HIGHLIGHT, BASE, ANSWERS = "line", "cell", "highlight", "base", "answers"


@dataclass(frozen=True, order=True)
class Place:
    """One printed number: of which kind, in which table, in which line and column."""

    kind: str
    table: str
    rows: Codes = ()
    columns: Codes = ()

    @property
    def owner(self) -> str:
        """What is left out when the number must be: its table, its cross-table, its highlight."""
        return f"highlight:{self.table}" if self.kind == HIGHLIGHT else self.table


def places(edition: PublishedFigures) -> Iterator[tuple[Place, Cell]]:
    """Every number of the edition that the audit reads; a base of all situations is no secret."""
    for highlight in edition.highlights:
        yield Place(HIGHLIGHT, highlight.code), highlight.cell
    for table in edition.tables:
        if not table.whole:
            yield Place(BASE, table.code), table.base
        if table.answers:
            yield Place(ANSWERS, table.code), table.answers
        for row in table.rows:
            yield Place(LINE, table.code, row.group.codes), row.cell
    for cross in edition.cross_tables:
        for group, line in zip(cross.rows.groups, cross.cells, strict=True):
            for column, cell in zip(cross.columns.groups, line, strict=True):
                yield Place(CELL, cross.code, group.codes, column.codes), cell


def labels(edition: PublishedFigures) -> dict[str, str]:
    """The label of each table, cross-table and highlight (Place.owner)."""
    return (
        {f"highlight:{row.code}": row.label for row in edition.highlights}
        | {table.code: table.label for table in edition.tables}
        | {cross.code: cross.label for cross in edition.cross_tables}
    )


def name(edition: PublishedFigures, place: Place) -> str:
    """The place in words: « Sexe × Âge : homme, 20-30 »."""
    groups: dict[tuple[str, Codes], str] = {}
    for table in edition.tables:
        groups |= {(table.code, row.group.codes): row.group.label for row in table.rows}
    for cross in edition.cross_tables:
        for axis in (cross.rows, cross.columns):
            groups |= {(axis.code, group.codes): group.label for group in axis.groups}
    label = labels(edition)[place.owner]
    match place.kind:
        case "line":
            return f"{label} : {groups[place.table, place.rows]}"
        case "cell":
            one, other = place.table.split("*")
            return f"{label} : {groups[one, place.rows]}, {groups[other, place.columns]}"
        case "base":
            return f"{label} : base"
        case "answers":
            return f"{label} : nombre de réponses"
    return label


def without(
    edition: PublishedFigures, hidden: Mapping[Place, str], dropped: Collection[Dropped]
) -> PublishedFigures:
    """The edition with those places withheld, each for its reason, and those tables left out."""

    def shown(place: Place, cell: Cell) -> Cell:
        return Withheld(hidden[place]) if place in hidden else cell

    absent = {table.code for table in dropped}
    return replace(
        edition,
        highlights=tuple(
            replace(row, cell=shown(Place(HIGHLIGHT, row.code), row.cell))
            for row in edition.highlights
            if f"highlight:{row.code}" not in absent
        ),
        tables=tuple(
            replace(
                table,
                base=shown(Place(BASE, table.code), table.base),
                answers=table.answers and shown(Place(ANSWERS, table.code), table.answers),
                rows=tuple(
                    replace(row, cell=shown(Place(LINE, table.code, row.group.codes), row.cell))
                    for row in table.rows
                ),
            )
            for table in edition.tables
            if table.code not in absent
        ),
        cross_tables=tuple(
            replace(
                cross,
                cells=tuple(
                    tuple(
                        shown(Place(CELL, cross.code, group.codes, column.codes), cell)
                        for column, cell in zip(cross.columns.groups, line, strict=True)
                    )
                    for group, line in zip(cross.rows.groups, cross.cells, strict=True)
                ),
            )
            for cross in edition.cross_tables
            if cross.code not in absent
        ),
        dropped=(*edition.dropped, *dropped),
    )
