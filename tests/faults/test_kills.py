"""kill -9 in the middle of a submission: what was acknowledged is there, and whole."""

import http.client
import random
import threading
import time
from uuid import UUID

from cases import vault
from cases.models import Alert, AlertDraft, AlertStep
from governance import journal
from governance.models import OutgoingMessage
from tests.faults.site import Answer, Browser, serving

EVERY = 25  # of so many kills, one takes the whole server, the others the process that answers


def submit(browser: Browser, draft: UUID, answers: list[Answer]) -> None:
    """Press « Envoyer »; nothing is added when the server died before its answer was whole."""
    try:
        answers.append(browser.post(f"/clsm/LIL/alertes/brouillons/{draft}/recapitulatif/"))
    except (OSError, http.client.HTTPException):
        return


def parts(alert: Alert) -> dict[str, int]:
    """What one sending writes, counted: a whole alert has one of each."""
    return {
        "step": AlertStep.objects.filter(alert=alert).count(),
        "identity": int(vault.holds_identity(alert)),
        "history": alert.history.count(),
        "grant": sum(line.action == "grant" for line in journal.accesses(alert)),
        "seal": sum(line.action == "seal_identity" for line in journal.accesses(alert)),
        "mail": OutgoingMessage.objects.filter(subject__startswith=f"{alert.code} ").count(),
        "right": int(alert.author.has_perm("cases.view_alert", alert)),
    }


WHOLE = dict.fromkeys(("step", "identity", "history", "grant", "seal", "mail", "right"), 1)


def test_no_kill_loses_an_acknowledged_alert_or_leaves_half_of_one(
    database, partners, written, size, tmp_path
):
    kills = size(12, 500)
    chance = random.Random(7)
    (partner,) = partners(1)
    drafts = [draft.pk for draft in written(partner.user, kills)]
    receipts: dict[UUID, str] = {}
    with serving(database, tmp_path) as site:
        browser = site.browser(partner.user)
        for _ in range(2):  # the first one loads what the second needs
            began = time.monotonic()
            assert browser.get(f"/clsm/LIL/alertes/brouillons/{drafts[0]}/recapitulatif/").text
            longest = 2 * (time.monotonic() - began)
        for rank, draft in enumerate(drafts):
            answers: list[Answer] = []
            sending = threading.Thread(target=submit, args=(browser, draft, answers))
            sending.start()
            time.sleep(chance.uniform(0, longest))
            if rank % EVERY == EVERY - 1:
                site.kill()
                site.start()
            else:
                site.kill_workers()
            sending.join()
            if chance.random() < 0.5:  # they try again, or give up
                submit(browser, draft, answers)
            for answer in answers:
                assert answer.receipt, (answer.status, answer.text[:500])
                receipts[draft] = answer.receipt
        assert site.errors() == []

    stored = {alert.draft_key: alert for alert in Alert.objects.all()}
    assert {draft: stored[draft].code for draft in receipts} == receipts
    assert {alert.code: parts(alert) for alert in stored.values()} == {
        alert.code: WHOLE for alert in stored.values()
    }
    print(f"{kills} kill -9, {len(receipts)} récépissés, {len(stored)} alertes")  # noqa: T201
    waiting = set(AlertDraft.objects.values_list("pk", flat=True))
    assert waiting == set(drafts) - set(stored), "a draft waits, or its alert is there: never both"
