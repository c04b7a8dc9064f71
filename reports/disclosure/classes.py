"""How a count is written: « moins de 5 », or rounded; and what a reader knows of it then."""

from reports.published import Below, Cell, Rounded, Withheld

ROUNDING = 5


def written(value: int, threshold: int) -> Cell:
    """The cell of that count: below the threshold not told, else to the nearest multiple of 5."""
    return Below(threshold) if value < threshold else nearest(value, ROUNDING)


def nearest(value: float, base: int) -> Rounded:
    """The value to the nearest multiple of `base`, halves upwards."""
    return Rounded(int((value + base / 2) // base) * base, base)


def interval(cell: Cell, threshold: int) -> tuple[int, int] | None:
    """(lowest, highest) count that is written so under that threshold; None: any count is."""
    match cell:
        case Below(bound):
            return 0, bound - 1
        case Rounded(value, base):
            return max(threshold, value - base // 2), value + base // 2
        case Withheld():
            return None
