"""The line to the database is cut: who was writing keeps their text and gets no false receipt."""

import html
import random
import threading
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from cases.models import Alert
from governance.throttling import ALERTS
from tests.faults.proxy import Line
from tests.faults.site import Answer, Browser, serving

BACK_WITHIN = 10  # seconds
TEXT = "Depuis mai, elle crie la nuit et n’ouvre plus à personne."


@pytest.fixture
def line(database):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is a file of the machine: there is no line to cut")
    at = connection.settings_dict
    line = Line(Path(at["HOST"]) / f".s.PGSQL.{at['PORT'] or 5432}")
    yield line
    line.close()


def write_and_send(browser: Browser, draft: UUID, answers: list[Answer]) -> None:
    """A page of the draft, then « Envoyer »."""
    at = f"/clsm/LIL/alertes/brouillons/{draft}"
    answers.append(browser.post(f"{at}/attentes/", {"expectations": TEXT, "go": "recap"}))
    answers.append(browser.post(f"{at}/recapitulatif/"))


def test_a_cut_database_gives_no_false_receipt_keeps_the_text_and_comes_back(
    database, line, partners, written, size, tmp_path
):
    cuts = size(8, 100)
    chance = random.Random(11)
    members = partners(-(-5 * cuts // ALERTS.most))  # nobody reaches their hourly limit
    name = database.rpartition("/")[2]
    through_the_line = f"postgres://clsm@127.0.0.1:{line.port}/{name}?sslmode=disable"
    receipts: dict[UUID, str] = {}
    statuses: Counter[int] = Counter()
    slowest = 0.0
    with serving(through_the_line, tmp_path) as site:
        browsers = [(site.browser(member.user), member.user) for member in members]
        for browser, _ in browsers:
            browser.get("/clsm/LIL/alertes/nouvelle/")
        for rank in range(cuts):
            browser, user = browsers[rank % len(browsers)]
            (draft,) = written(user, 1)
            answers: list[Answer] = []
            sending = threading.Thread(target=write_and_send, args=(browser, draft.pk, answers))
            sending.start()
            time.sleep(chance.uniform(0, 0.25))
            line.cut()
            sending.join()
            line.mend()
            mended = time.monotonic()
            statuses.update(answer.status for answer in answers)
            for answer in answers:
                assert answer.status in (302, 503), (answer.status, answer.text[:300])
                if answer.status == 503:
                    assert "n’est pas confirmé" in answer.text
            page, sent = answers
            if page.status == 503:
                assert html.escape(TEXT) in page.text
            if sent.receipt:
                receipts[draft.pk] = sent.receipt
            recap = f"/clsm/LIL/alertes/brouillons/{draft.pk}/recapitulatif/"
            while not (again := browser.post(recap)).receipt:
                assert again.status == 503, (again.status, again.text[:300])
                assert time.monotonic() - mended < BACK_WITHIN
                time.sleep(0.1)
            slowest = max(slowest, time.monotonic() - mended)
            assert receipts.setdefault(draft.pk, again.receipt) == again.receipt
    print(f"réponses : {dict(statuses)} ; de retour en {slowest:.1f} s au plus")  # noqa: T201
    assert statuses[503], "some cuts fell in the middle of a request"
    stored = dict(Alert.objects.values_list("draft_key", "code"))
    assert stored == receipts
