"""A process killed, or a disk full, while a document is composed: a whole one, or a clear error."""

import http.client
import random
import resource
import threading
import time

import pytest
from django.utils import timezone

from cases.models import Alert
from tests import factories
from tests.faults.site import Answer, Browser, Site, serving
from tests.faults.test_kills import WHOLE, parts

FULL = 4096  # bytes: a process under this limit meets a disk that is full


def is_whole(answer: Answer) -> bool:
    """Whether the answer is a PDF from its first byte to its last."""
    return answer.content.startswith(b"%PDF-") and answer.content.rstrip().endswith(b"%%EOF")


def ask(browser: Browser, path: str, answers: list[Answer]) -> None:
    """Ask for it; nothing is added when the server died before its answer was whole."""
    try:
        answers.append(browser.get(path))
    except (OSError, http.client.HTTPException):
        return


@pytest.fixture
def addresses(lille):
    """Somebody of the council to whom they are open, and documents that are composed for them."""
    year = timezone.localdate().year
    camille = factories.member(lille, "camille@demo.example", "coordinator")
    return camille.user, [
        f"/clsm/LIL/bilans/{year}-{year}.pdf",
        "/clsm/LIL/alertes/fiche-vierge.pdf",
        "/clsm/LIL/trousse.pdf",
    ]


def test_no_kill_in_the_middle_of_a_document_serves_a_part_of_it(
    database, addresses, size, tmp_path
):
    user, paths = addresses
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    chance = random.Random(5)
    cut = 0
    with serving(database, tmp_path, TMPDIR=str(temporary)) as site:
        browser = site.browser(user)
        longest = {}
        for path in paths[: size(1, 3)]:
            began = time.monotonic()
            assert is_whole(browser.get(path)), path
            longest[path] = 1.2 * (time.monotonic() - began)
        for rank in range(size(4, 200)):
            path = paths[rank % len(longest)]
            answers: list[Answer] = []
            asking = threading.Thread(target=ask, args=(browser, path, answers))
            asking.start()
            time.sleep(chance.uniform(0, longest[path]))
            site.kill_workers()
            asking.join()
            cut += not answers
            assert all(is_whole(answer) for answer in answers)
        assert is_whole(browser.get(paths[0]))
        assert site.errors() == []
    print(f"{cut} documents coupés, aucun servi en partie")  # noqa: T201
    assert cut, "some kills fell while a document was composed"
    left = [file for file in temporary.rglob("*") if file.is_file()]
    assert not [file for file in left if b"%PDF" in file.read_bytes()]


def fill_the_disk(site: Site, *, full: bool) -> None:
    """From now on the processes that answer can write no file, or can again."""
    most = FULL if full else resource.RLIM_INFINITY
    for pid in site.worker_ids():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def test_a_full_disk_is_said_clearly_and_no_alert_suffers(
    database, addresses, partners, written, tmp_path
):
    user, (path, *_) = addresses
    (partner,) = partners(1)
    first, second = written(partner.user, 2)
    with serving(database, tmp_path) as site:
        reader, author = site.browser(user), site.browser(partner.user)
        sent = author.post(f"/clsm/LIL/alertes/brouillons/{first.pk}/recapitulatif/")
        assert sent.receipt

        fill_the_disk(site, full=True)
        document = reader.get(path)
        assert is_whole(document) or (
            document.status == 503 and "momentanément indisponible" in document.text
        ), (document.status, document.text[:300])
        refused = author.post(f"/clsm/LIL/alertes/brouillons/{second.pk}/recapitulatif/")
        assert refused.receipt or (
            refused.status == 503 and "n’est pas confirmé" in refused.text
        ), (refused.status, refused.text[:300])

        fill_the_disk(site, full=False)
        assert is_whole(reader.get(path))
        again = author.post(f"/clsm/LIL/alertes/brouillons/{second.pk}/recapitulatif/")
        assert again.receipt
    assert set(Alert.objects.values_list("code", flat=True)) == {sent.receipt, again.receipt}
    assert all(parts(alert) == WHOLE for alert in Alert.objects.all())
