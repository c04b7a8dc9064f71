"""« Envoyer » pressed twice at the same instant, by many people: one alert each time."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from cases.models import Alert, AlertDraft
from governance.throttling import ALERTS
from tests.faults.site import Browser, serving

AT_ONCE = 8


def test_double_submissions_give_one_alert_each(database, partners, written, size, tmp_path):
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
            together = threading.Barrier(2)

            def press(_: int) -> str:
                together.wait()
                answer = browser.post(f"/clsm/LIL/alertes/brouillons/{draft.pk}/recapitulatif/")
                assert answer.receipt, (answer.status, answer.text[:500])
                return answer.receipt

            with ThreadPoolExecutor(2) as hands:
                return set(hands.map(press, range(2)))

        with ThreadPoolExecutor(AT_ONCE) as people:
            receipts = list(people.map(press_twice, waiting))
        assert site.errors() == []

    assert Counter(map(len, receipts)) == {1: count}, "both pressings gave the same number"
    numbers = {receipt for both in receipts for receipt in both}
    assert numbers == set(Alert.objects.values_list("code", flat=True))
    assert len(numbers) == Alert.objects.count() == count
    assert not AlertDraft.objects.exists()
