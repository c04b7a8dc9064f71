"""`make bench`: every part in one run on a private PostgreSQL; ends in error beyond a goal.

A run of all the SIZES (the default) also writes docs/performance.md.
"""

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence

from tests.temporary_postgres import UNSAFE_AND_FAST, temporary_postgres

SIZES = (10_000, 100_000, 400_000)
# What a server of this kind is given, where PostgreSQL's own settings are those of 1996; and
# what only serves to fill it quickly.
SERVER = (
    "-c shared_buffers=2GB -c maintenance_work_mem=512MB -c wal_level=minimal -c max_wal_senders=0"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", help="situations: 10000 100000 400000")
    sizes = tuple(sorted(parser.parse_args().sizes)) or SIZES
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with temporary_postgres(f"{UNSAFE_AND_FAST} {SERVER}") as url:
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "clsm.settings",
            "DEBUG": "0",
            "ALLOWED_HOSTS": "testserver",
        }
        return _run(sizes)


def _run(sizes: Sequence[int]) -> int:
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.core.management import call_command

    from tests.bench import paper, report, scale

    parts = (paper, scale)  # the database grows last
    call_command("migrate", verbosity=0)
    start, measures = time.monotonic(), []
    for part in parts:
        for measure in part.measure(sizes):
            print(report.line(measure), flush=True)
            measures.append(measure)
    minutes = (time.monotonic() - start) / 60
    if sizes == SIZES:
        report.write(measures, minutes)
    missed = [measure for measure in measures if not measure.is_kept]
    print(f"{len(missed)} goals missed, {minutes:.0f} min")
    for measure in missed:
        print(report.line(measure))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
