"""What `python -m tests.load` runs on its database: the partners, the server, the count."""

import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django

REFUSALS = (429, 503)
PROCESSES = 2


def main(partners: int, a_minute: int, minutes: float) -> int:
    """Print what was seen; 1 when something was lost, doubled, or refused without a word."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from cases.models import Alert, AlertDraft
    from tests import factories
    from tests.cases import fiche
    from tests.faults.site import serving

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
    total = round(a_minute * minutes)
    council = factories.lille()
    housing = factories.organisation(council, "Habitat du Nord", "social_landlord")
    members = [
        factories.member(
            council,
            f"partenaire{rank}@demo.example",
            "partner",
            organisation=housing,
            profession_category="landlord",
            secrecy_status="charter_only",
        )
        for rank in range(partners)
    ]
    model = fiche.saved(fiche.write(factories.sign_in(Client(), members[0].user), council))
    drafts = AlertDraft.objects.bulk_create(
        AlertDraft(council=council, author=members[rank % partners].user, answers=model.answers)
        for rank in range(total)
    )
    model.delete()
    seen: Counter[str] = Counter()
    receipts: dict[Any, str] = {}
    waits: list[float] = []
    lock = threading.Lock()

    with (
        tempfile.TemporaryDirectory() as folder,
        serving(
            os.environ["DATABASE_URL"], Path(folder), workers=PROCESSES, CACHE_URL="db://cache"
        ) as site,
    ):
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "db_worker", "--verbosity", "0"],
            env=site.environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        browsers = [site.browser(member.user) for member in members]
        connection.close()
        for browser in browsers[: 2 * PROCESSES]:
            browser.get("/clsm/LIL/alertes/nouvelle/")
        began = time.monotonic()

        def partner_sends(rank: int) -> None:
            """One partner: their alerts, each at its hour, one after the other."""
            for turn in range(rank, total, partners):
                at = began + turn * 60 / a_minute
                time.sleep(max(0, at - time.monotonic()))
                asked = time.monotonic()
                path = f"/clsm/LIL/alertes/brouillons/{drafts[turn].pk}/recapitulatif/"
                try:
                    answer = browsers[rank].post(path)
                except (OSError, http.client.HTTPException) as lost:
                    said, receipt = type(lost).__name__, ""
                else:
                    receipt = answer.receipt
                    visible = answer.status in REFUSALS and "<h1" in answer.text
                    said = (
                        "acknowledged"
                        if receipt
                        else f"{'refused' if visible else 'wrong'} {answer.status}"
                    )
                with lock:
                    seen[said] += 1
                    waits.append(time.monotonic() - asked)
                    if receipt:
                        receipts[drafts[turn].pk] = receipt

        try:
            with ThreadPoolExecutor(partners) as people:
                list(people.map(partner_sends, range(partners)))
            took = time.monotonic() - began
            errors = site.errors()
        finally:
            worker.terminate()
            worker.wait(30)
        log = site.log.read_text()

    stored = dict(Alert.objects.values_list("draft_key", "code"))
    lost = {key for key in receipts if stored.get(key) != receipts[key]}
    unsaid = set(stored) - set(receipts)
    waits.sort()
    print(  # noqa: T201
        json.dumps(
            {
                "database": connection.vendor,
                "partners": partners,
                "asked_a_minute": a_minute,
                "minutes": minutes,
                "sent": total,
                "answers": dict(seen),
                "took_s": round(took, 1),
                "sent_a_minute": round(total * 60 / took),
                "wait_s": {
                    "median": round(statistics.median(waits), 2),
                    "p95": round(waits[int(0.95 * len(waits))], 2),
                    "longest": round(waits[-1], 2),
                },
                "acknowledged_and_lost": len(lost),
                "stored_without_a_receipt": len(unsaid),
                "errors_in_the_log": len(errors),
                "said_locked": log.count("locked"),
            },
            indent=1,
        )
    )
    wrong = [said for said in seen if said != "acknowledged" and not said.startswith("refused")]
    return 1 if lost or unsaid or wrong or errors or "locked" in log else 0


if __name__ == "__main__":
    sys.exit(main(*json.loads(sys.argv[1])))
