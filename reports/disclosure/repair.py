"""Where an edition would give a count away, one more number is withheld, else the table dropped."""

from collections.abc import Sequence

from reports.disclosure.audit import Auditor, Narrow, Target
from reports.disclosure.deduction import Printed, deduction
from reports.disclosure.places import BASE, CELL, Place, labels, name, places, without
from reports.published import Dropped, PublishedFigures, Rounded

GIVEN_AWAY = "elle laisserait deviner de petits nombres"
ALONE = "masqué : ce que l’on sait des autres nombres en dirait trop"
# Of the numbers of a table, the share that may be withheld for others before it is dropped.
MOST_HIDDEN = 0.5
LISTED = "la liste de ses réponses en laisserait deviner le nombre dans une autre édition"
NOTHING_LEFT = "aucun nombre n’y resterait lisible"


def repaired(
    edition: PublishedFigures, readers: Sequence[Sequence[PublishedFigures]]
) -> PublishedFigures:
    """The edition with as much withheld as it takes for no hidden count, of this edition or of
    the earlier ones, to be given away: to none of these readers, each with the editions they hold.

    What the earlier ones give away among themselves cannot be mended any more.
    """
    while True:
        before, again = edition, False
        for earlier in readers:
            repair = _Repair(edition, earlier)
            edition = repair.run()
            again = again or repair.again
        # What is withheld only widens what is possible: once is enough. But two editions that
        # contradicted each other may then agree again; and the answers of a table left out for
        # them are no longer known.
        if edition == before or not again:
            return edition


class _Repair:
    def __init__(self, edition: PublishedFigures, earlier: Sequence[PublishedFigures]) -> None:
        self._edition = edition
        self._known = deduction([*earlier, edition])
        # Whether what is withheld may have changed what is to be solved.
        self.again = bool(self._known.moved)
        self._auditor = Auditor(self._known)
        self._hidden: dict[Place, str] = {}
        self._dropped: dict[str, Dropped] = {}
        self._labels = labels(edition)
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
            printed and printed.edition == self._own and printed.place.owner in self._dropped
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
            return own is not None or self._silence(narrow)

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

    def _silence(self, narrow: Narrow) -> bool:
        """Leave out the table whose list of answers serves most, and what it is crossed with.

        False when the lists of this edition do not serve, or tell that nobody is there.
        """
        if narrow.target.printed is None and not narrow.highest:
            return False  # what is not listed is no secret (docs/disclosure.md)
        served: dict[str, float] = {}
        for row, weight in narrow.weights.items():
            edition, code = self._known.listings.get(row, (None, ""))
            if edition == self._own:
                served[code] = served.get(code, 0.0) + weight
        if not served:
            return False
        silent = min(served, key=lambda code: (-round(served[code], 6), code))
        for code in self._labels:
            if silent in code.split("*"):
                self._leave_out(code, LISTED)
        for row, listing in self._known.listings.items():
            if listing == (self._own, silent):
                self._known.programme.free(row)
        self.again = True
        return True

    def _is_spent(self, chosen: Printed) -> bool:
        """Whether the table has had so many numbers withheld that it is better left out."""
        table = chosen.place.owner
        own = [place.owner for place, _ in places(self._edition)].count(table)
        hidden = [place.owner for place in self._hidden].count(table)
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
        self._leave_out(own.place.owner, GIVEN_AWAY)

    def _leave_out(self, code: str, reason: str) -> None:
        self._dropped.setdefault(code, Dropped(code, self._labels[code], reason))
        for row, printed in list(self._free.items()):
            if printed.place.owner == code:
                del self._free[row]
                self._known.programme.free(row)


def without_empty(edition: PublishedFigures) -> PublishedFigures:
    """The edition without the tables in which no number is legible."""
    legible = {
        place.owner
        for place, cell in places(edition)
        if isinstance(cell, Rounded) and place.kind != BASE
    }
    told = [(table.code, table.label) for table in edition.tables]
    told += [(cross.code, cross.label) for cross in edition.cross_tables]
    empty = [Dropped(code, label, NOTHING_LEFT) for code, label in told if code not in legible]
    return without(edition, {}, empty)
