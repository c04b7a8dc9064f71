"""python -m tests.attack [--years N] [--sequences N]: the attack in full, goals beside measures.

A sequence is what a council may publish, in a good order or a bad one: its years, then the four
together, or one of them corrected, or for the public; the period first, then its years; periods
that overlap; every year twice, corrected or for the public; corrections of corrections.
"""

import argparse
import os
import random
import sys
import time
from dataclasses import dataclass, field
from statistics import mean

import django

THRESHOLDS = {"copil": 5, "public": 11}


@dataclass
class Measures:
    """What the attack found, edition by edition."""

    left: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    after: dict[int, list[float]] = field(default_factory=dict)


def edition(by_year, kind, earlier, seconds):
    """(figures, protected) of those years; the time that it took goes to `seconds`."""
    from reports.disclosure import protect
    from tests.attack.years import count

    figures = count(by_year)
    started = time.process_time()
    protected = protect(figures, THRESHOLDS[kind], earlier, edition=kind)
    seconds.append(time.process_time() - started)
    return figures, protected


def attack_year(seed: int, measures: Measures) -> None:
    """One year alone."""
    from reports.published import to_json
    from tests.attack.attacker import attack
    from tests.attack.years import visible, year

    figures, protected = edition({2019: year(random.Random(seed))}, "copil", (), measures.alone)
    content = to_json(protected)
    measures.left += attack([content]).values()
    measures.kept.append(len(content["cross_tables"]))
    measures.visible += visible(figures, content)


# Sequences in which a period comes first. On four years the attacker, who works in whole numbers,
# takes hours: it has two years of them; the four are timed.
PERIOD_FIRST = (4, 8, 9)


def sequence(seed: int, first: int = 2016) -> list[tuple[dict, str]]:
    """What a council publishes, in order: for each edition, its years (from `first` to 2019) and
    its kind."""
    from tests.attack.years import recoded, situation, year

    chance = random.Random(seed)
    years = {number: year(chance) for number in range(first, 2020)}
    again = chance.choice(tuple(years))

    def one(number, kind="copil"):
        return {number: years[number]}, kind

    def together(start, end):
        return {number: years[number] for number in range(start, end + 1)}, "copil"

    def corrected(number):
        years[number] = [*years[number], situation(chance)]
        return one(number)

    def changed(number):
        years[number] = recoded(years[number], chance)
        return one(number)

    each = [one(number) for number in years]
    match seed % 10:
        case 0:
            return [*each, together(first, 2019)]
        case 1:
            return [*each, corrected(again)]
        case 2:
            return [*each, one(again, "public")]
        case 3:
            return [together(2018, 2019), one(2019)]
        case 4:
            return [together(first, 2019), *each]
        case 5:
            return [edition for number in years for edition in (one(number), corrected(number))]
        case 6:
            return [edition for number in years for edition in (one(number), one(number, "public"))]
        case 7:
            twice = [one(again), corrected(again), changed(again), corrected(again)]
            return [*twice, one(again, "public")]
        case 8:
            pairs = [together(number, number + 1) for number in range(first, 2019)]
            return [*pairs, together(first, 2019), one(2018)]
    period = together(first, 2019)
    return [period, corrected(2018), changed(2019), one(2019, "public"), one(first)]


def publish(editions, measures: Measures) -> list:
    """All of them protected, each after those before it."""
    published: list = []
    for by_year, kind in editions:
        seconds = measures.after.setdefault(len(published), []) if published else measures.alone
        published.append(edition(by_year, kind, published, seconds)[1])
    return published


def attack_sequence(seed: int, measures: Measures) -> None:
    """The editions of a sequence, all together."""
    from reports.published import to_json
    from tests.attack.attacker import attack

    period_first = seed % 10 in PERIOD_FIRST
    if period_first:
        publish(sequence(seed), measures)
    published = publish(sequence(seed, 2018 if period_first else 2016), measures)
    content = [to_json(one) for one in published]
    # The COPIL holds all of them; whoever reads the public ones alone holds those.
    measures.left += attack(content).values()
    if public := [one for one in content if one["edition"] == "public"]:
        measures.left += attack(public).values()


def report(measures: Measures) -> tuple[bool, str]:
    """Whether all goals are met, and each goal beside its measure."""
    exact, least = measures.left.count(1), min(measures.left)
    kept, visible, alone = mean(measures.kept), mean(measures.visible), max(measures.alone)
    rows = [
        ("cells recovered exactly", "0", exact, exact == 0),
        ("values left, at least", "4", least, least >= 4),
        ("cross-tables kept, mean", ">= 6", round(kept, 1), kept >= 6),
        ("people visible in them", ">= 50 %", f"{visible:.0%}", visible >= 0.5),
        ("an edition, s (slowest)", "<= 1", round(alone, 2), alone <= 1),
    ]
    for earlier, seconds in sorted(measures.after.items()):
        slowest = max(seconds)
        row = (f"after {earlier} others, s (slowest)", "<= 5", round(slowest, 2), slowest <= 5)
        rows.append(row)
    lines = [f"{len(measures.left)} hidden numbers attacked"] + [
        f"{label:32} {goal:>8} {measure!s:>8} {'' if met else 'MISSED'}"
        for label, goal, measure, met in rows
    ]
    return all(met for *_, met in rows), "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=1000)
    parser.add_argument("--sequences", type=int, default=250)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clsm.settings")
    os.environ.setdefault("DATABASE_URL", "sqlite://")
    os.environ.setdefault("CLSM_DEMO", "1")
    django.setup()
    measures = Measures()
    for seed in range(asked.years):
        attack_year(seed, measures)
    for seed in range(asked.sequences):
        attack_sequence(10_000 + seed, measures)
    met, said = report(measures)
    sys.stdout.write(f"{said}\n")
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
