"""Two coordinators save the same situation at the same instant: one wins, the other sees it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from cases.models import Situation
from tests import factories
from tests.cases import sittings
from tests.faults.site import Answer, Browser, serving

NAMES = ("Vue du matin", "Vue du soir")


def save_at_once(
    address: str, version: int, rank: int, together: threading.Barrier, name: str, browser: Browser
) -> Answer:
    """Save a text of one's own over that version, at the instant when the other does."""
    together.wait()
    return browser.post(address, {"facts": f"{name}, version {rank}.", "version": version})


def test_of_two_coordinators_who_save_one_wins_and_the_other_sees_the_difference(
    database, lille, partners, size, tmp_path
):
    pairs = size(8, 200)
    (author,) = partners(1)
    camille = factories.member(lille, "camille@demo.example", "coordinator")
    dominique = factories.member(lille, "dominique@demo.example", "coordinator")
    situation = sittings.situation(author, camille)
    address = f"/clsm/LIL/situations/{situation.code}/textes/"
    with serving(database, tmp_path, workers=2) as site:
        browsers = [site.browser(member.user) for member in (camille, dominique)]
        for rank in range(pairs):
            opened = Situation.objects.get(pk=situation.pk).version
            save = partial(save_at_once, address, opened, rank, threading.Barrier(2))
            with ThreadPoolExecutor(2) as hands:
                answers = list(hands.map(save, NAMES, browsers))
            (won,) = [
                who for who, answer in zip(NAMES, answers, strict=True) if answer.status == 302
            ]
            (lost,) = [answer for answer in answers if answer.status != 302]
            after = Situation.objects.get(pk=situation.pk)
            assert after.facts == f"{won}, version {rank}."
            assert lost.status == 200
            assert all(f"{name}, version {rank}." in lost.text for name in NAMES), "both are shown"
        assert site.errors() == []
    written = situation.history.count()
    assert written >= pairs
