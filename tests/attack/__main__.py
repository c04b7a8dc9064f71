"""python -m tests.attack [--years N] [--sequences N]: the attack in full, goals beside measures.

A sequence is four years, each published, then one more edition: the four years together, or one of
them corrected (a situation more), or one of them for the public. Or it is a period of two years,
then one of these.
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
    after_four: list[float] = field(default_factory=list)


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


def sequence(seed: int) -> list[tuple[dict, str]]:
    """What a council publishes, in order: for each edition, its years and its kind."""
    from tests.attack.years import situation, year

    chance = random.Random(seed)
    years = {number: year(chance) for number in range(2016, 2020)}
    again = chance.choice(tuple(years))
    if seed % 4 == 3:
        two = {number: years[number] for number in (2018, 2019)}
        return [(two, "copil"), ({2019: two[2019]}, "copil")]
    last = (
        (years, "copil"),
        ({again: [*years[again], situation(chance)]}, "copil"),
        ({again: years[again]}, "public"),
    )[seed % 4]
    return [*(({number: one}, "copil") for number, one in years.items()), last]


def attack_sequence(seed: int, measures: Measures) -> None:
    """The editions of a sequence, all together."""
    from reports.published import to_json
    from tests.attack.attacker import attack

    published = []
    for by_year, kind in sequence(seed):
        seconds = measures.after_four if len(published) == 4 else []
        published.append(edition(by_year, kind, published, seconds)[1])
    content = [to_json(one) for one in published]
    # The COPIL holds all of them; whoever reads the public one alone holds that.
    measures.left += attack(content).values()
    if content[-1]["edition"] == "public":
        measures.left += attack(content[-1:]).values()


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
    if measures.after_four:
        slowest = max(measures.after_four)
        rows.append(("after four others, s (slowest)", "<= 5", round(slowest, 2), slowest <= 5))
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
