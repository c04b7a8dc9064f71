"""« Envoyer » pressed twice at the same instant, by many people: one alert, one message each."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from cases.models import Alert, AlertDraft, Message
from governance.throttling import ALERTS
from tests.faults.site import Answer, Browser, serving

AT_ONCE = 8


def twice(press: Callable[[], Answer]) -> list[Answer]:
    """The answers of two pressings at the same instant."""
    together = threading.Barrier(2)

    def one(_: int) -> Answer:
        together.wait()
        return press()

    with ThreadPoolExecutor(2) as hands:
        return list(hands.map(one, range(2)))


def test_double_submissions_give_one_alert_and_one_message_each(
    database, partners, written, size, tmp_path
):
    count = size(24, 1000)
    members = partners(-(-2 * count // ALERTS.most))  # nobody reaches their hourly limit
    with serving(database, tmp_path, workers=2) as site:
        waiting: list[tuple[Browser, AlertDraft]] = []
        for rank, member in enumerate(members):
            mine = len(range(rank, count, len(members)))
            browser = site.browser(member.user)
            waiting += [(browser, draft) for draft in written(member.user, mine)]

        def press_twice(who: tuple[Browser, AlertDraft]) -> set[str]:
            browser, draft = who
            recap = f"/clsm/LIL/alertes/brouillons/{draft.pk}/recapitulatif/"
            sent = twice(lambda: browser.post(recap))
            assert all(answer.receipt for answer in sent), [each.text[:500] for each in sent]
            receipts = {answer.receipt for answer in sent}
            page = f"/clsm/LIL/alertes/{min(receipts)}/messages/"
            said = twice(lambda: browser.post(page, {"text": "Elle a déménagé hier."}))
            assert [answer.status for answer in said] == [302, 302], [x.text[:500] for x in said]
            return receipts

        with ThreadPoolExecutor(AT_ONCE) as people:
            receipts = list(people.map(press_twice, waiting))
        assert site.errors() == []

    assert Counter(map(len, receipts)) == {1: count}, "both pressings gave the same number"
    numbers = {receipt for both in receipts for receipt in both}
    assert numbers == set(Alert.objects.values_list("code", flat=True))
    assert len(numbers) == Alert.objects.count() == count
    assert not AlertDraft.objects.exists()
    assert Message.objects.values("alert").distinct().count() == Message.objects.count() == count
