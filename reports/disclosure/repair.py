"""Where an edition would give a count away, one more number is withheld, else the table dropped."""

from collections.abc import Sequence

from reports.disclosure.audit import Auditor, Narrow, Target
from reports.disclosure.deduction import Printed, deduction
from reports.disclosure.places import BASE, CELL, HIGHLIGHT, Place, name, places, without
from reports.published import Dropped, PublishedFigures, Rounded

GIVEN_AWAY = "elle laisserait deviner de petits nombres"
ALONE = "masqué : ce que l’on sait des autres nombres en dirait trop"
# Of the numbers of a table, the share that may be withheld for others before it is dropped.
MOST_HIDDEN = 0.5
NOTHING_LEFT = "aucun nombre n’y resterait lisible"


def repaired(edition: PublishedFigures, earlier: Sequence[PublishedFigures]) -> PublishedFigures:
    """The edition with as much withheld as it takes for no hidden count, of this edition or of
    the earlier ones, to be given away by all of them together.

    What the earlier ones give away among themselves cannot be mended any more.
    """
    while True:
        mended = _Repair(edition, earlier).run()
        # A number withheld may let two editions agree again: then they are solved together anew.
        if mended == edition or not earlier:
            return mended
        edition = mended


class _Repair:
    def __init__(self, edition: PublishedFigures, earlier: Sequence[PublishedFigures]) -> None:
        self._edition = edition
        self._known = deduction([*earlier, edition])
        self._auditor = Auditor(self._known)
        self._hidden: dict[Place, str] = {}
        self._dropped: dict[str, Dropped] = {}
        self._own = len(earlier)
        self._free = {
            printed.row: printed
            for printed in self._known.printed
            if printed.edition == self._own and printed.row is not None
        }

    def run(self) -> PublishedFigures:
        number = 0
        while number < len(self._auditor.targets):
            target = self._auditor.targets[number]
            while not self._gone(target) and (narrow := self._auditor.narrow(number)):
                if not self._mend(narrow):
                    break
            number += 1
        return without(self._edition, self._hidden, tuple(self._dropped.values()))

    def _gone(self, target: Target) -> bool:
        printed = target.printed
        return bool(
            printed and printed.edition == self._own and _table(printed.place) in self._dropped
        )

    def _mend(self, narrow: Narrow) -> bool:
        """Withhold what serves most to deduce it; False when nothing of this edition does."""
        own = narrow.target.printed if self._is_own(narrow.target) else None
        candidates = [
            (printed, weight)
            for row, weight in narrow.weights.items()
            if (printed := self._free.get(row)) and printed is not own
        ]
        if own and own.place.kind == CELL:
            candidates = [one for one in candidates if one[0].place.kind == CELL]
        if not candidates:
            if own and own.row in self._free:
                self._hide(own, ALONE)
            elif own:
                self._drop(own)
            return own is not None

        def usefulness(candidate: tuple[Printed, float]) -> tuple[object, ...]:
            printed, weight = candidate
            same = bool(own) and printed.place.table == own.place.table  # type: ignore[union-attr]
            return (not same, printed.place.kind != CELL, -round(weight, 6), printed.place)

        chosen = min(candidates, key=usefulness)[0]
        if self._is_spent(chosen):
            self._drop(chosen)
        else:
            self._withhold(chosen, own)
        return True

    def _is_spent(self, chosen: Printed) -> bool:
        """Whether the table has had so many numbers withheld that it is better left out."""
        table = _table(chosen.place)
        own = [_table(place) for place, _ in places(self._edition)].count(table)
        hidden = [_table(place) for place in self._hidden].count(table)
        return hidden > own * MOST_HIDDEN

    def _is_own(self, target: Target) -> bool:
        return target.printed is not None and target.printed.edition == self._own

    def _withhold(self, chosen: Printed, own: Printed | None) -> None:
        """Both become « n.p. »: a reader cannot tell which one was small."""
        told = name(self._edition, chosen.place)
        if own:
            secret = name(self._edition, own.place)
            self._hide(own, f"masqué : sa valeur se déduirait de « {told} »")
            self._hide(chosen, f"masqué : « {secret} » s’en déduirait")
        else:
            self._hide(chosen, "masqué : une valeur cachée d’une autre édition s’en déduirait")

    def _hide(self, printed: Printed, reason: str) -> None:
        self._hidden.setdefault(printed.place, reason)
        if printed.row in self._free:
            del self._free[printed.row]
            self._known.programme.free(printed.row)
            if isinstance(printed.cell, Rounded):
                self._auditor.watch([Target(printed.columns, printed)])

    def _drop(self, own: Printed) -> None:
        code = _table(own.place)
        if own.place.kind == HIGHLIGHT:
            label = name(self._edition, own.place)
        else:
            label = name(self._edition, own.place).split(" : ")[0]
        self._dropped[code] = Dropped(code, label, GIVEN_AWAY)
        for row, printed in list(self._free.items()):
            if _table(printed.place) == code:
                del self._free[row]
                self._known.programme.free(row)


def _table(place: Place) -> str:
    return f"highlight:{place.table}" if place.kind == HIGHLIGHT else place.table


def without_empty(edition: PublishedFigures) -> PublishedFigures:
    """The edition without the tables in which no number is legible."""
    legible = {
        _table(place)
        for place, cell in places(edition)
        if isinstance(cell, Rounded) and place.kind != BASE
    }
    tables = [(table.code, table.label) for table in edition.tables]
    tables += [(cross.code, cross.label) for cross in edition.cross_tables]
    empty = [Dropped(code, label, NOTHING_LEFT) for code, label in tables if code not in legible]
    return without(edition, {}, empty)
