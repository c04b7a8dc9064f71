"""Bad input of every kind, on every address and form, from every relation: refused, never a crash.

Bounded, so that it runs each time (--full asks 10,000 times); each request is undone.
"""

import html
import re
import time
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.crypto import EncryptedJSONField
from tests import world as worlds

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("papers_as_words")]

SCRIPT = "<script>alert('zyzzyva')</script>"
NASTY = (
    SCRIPT,
    "\0",
    "a\0b",
    "-1",
    "9" * 400,
    "1e309",
    "NaN",
    "2026-02-30",
    "0001-01-01",
    "99999-12-31T25:61",
    "' OR 1=1 --",
    "{{ settings.SECRET_KEY }}",
    "%s%n%(x)s",
    "../../../../etc/passwd",
    "javascript:alert(1)",
    "//ailleurs.example/",
    "=cmd|' /C calc'!A0",
    "a\r\nSet-Cookie: x=y",
    "00000000-0000-0000-0000-000000000000",
    "\u202e\ufeff\U0001f4a5",
    "é" * 5000,
)
VALUES = st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.integers().map(str))
LONGEST = 5  # seconds of this process: documents take the longest
METHODS = st.sampled_from(["get", "post", "post", "post"])


def forms_of(client: Client, addresses: list[str]) -> dict[str, set[str]]:
    """Address -> names of the fields that the pages at `addresses` send to it."""
    names: dict[str, set[str]] = {}
    for address in addresses:
        page = client.get(address)
        if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
            continue
        for form in re.findall(r"<form\b.*?</form>", page.text, re.DOTALL):
            action = re.search(r'<form[^>]*\saction="([^"]*)"', form)
            target = html.unescape(action[1]) if action and action[1] else address
            found = re.findall(r'\sname="([^"]+)"', form)
            names.setdefault(target.partition("?")[0], set()).update(found)
    return names


@pytest.fixture
def site(world):
    """(relation -> client; every address -> the fields that it is known to take)."""
    clients = {relation: world.client(relation) for relation in worlds.RELATIONS}
    addresses = [
        worlds.address(world, name, route)
        for name, route in worlds.named_urls().items()
        if not (name.startswith(worlds.ACCOUNT_PAGES) and "<" in route)
    ]
    fields: dict[str, set[str]] = {address: set() for address in addresses}
    for relation in ("anonymous", "coordinator", "author", "knows_person", "manager"):
        for address, names in forms_of(clients[relation], addresses).items():
            fields.setdefault(address, set()).update(names)
    return clients, fields


# Who is let in reaches more code: they ask more often than the others.
RELATIONS = st.one_of(
    st.sampled_from(["coordinator", "author", "manager"]), st.sampled_from(worlds.RELATIONS)
)


def leads_nowhere_else(location):
    """Whether a redirection stays on the site, and what it will lead to after the sign-in too."""
    parts = urlsplit(location)
    later = parse_qs(parts.query).get("next", ["/"])
    return not parts.netloc and not any(urlsplit(path).netloc for path in later)


def test_no_input_breaks_a_page_or_comes_back_as_a_script(site, size):
    clients, fields = site
    assert sum(map(len, fields.values())) > 200  # the forms of the site were found

    @settings(
        max_examples=size(500, 10_000),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(relation=RELATIONS, address=st.sampled_from(sorted(fields)), method=METHODS, d=st.data())
    def ask(relation, address, method, d):
        known = sorted(fields[address] - {"csrfmiddlewaretoken"})
        names = st.sampled_from([*known, *known, "page", "suite", "next"])
        sent = d.draw(st.dictionaries(names, st.lists(VALUES, min_size=1, max_size=2), max_size=8))
        began = time.process_time()
        with transaction.atomic():
            answer = getattr(clients[relation], method)(address, sent)
            then = [answer]
            if answer.status_code == 302 and answer["Location"].startswith("/clsm/"):
                then.append(clients[relation].get(answer["Location"]))  # what was stored is shown
            transaction.set_rollback(True)
        assert time.process_time() - began < LONGEST, (address, sent)
        for page in then:
            assert page.status_code < 500
            assert SCRIPT.encode() not in page.content
        assert leads_nowhere_else(answer.get("Location", ""))
        assert "Set-Cookie" not in answer

    ask()


def hold_the_script() -> int:
    """Write the script into every free text of the database; in how many columns."""
    columns = 0
    for model in (*own_models("cases"), *own_models("governance")):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField) and is_free(field):
                with suppress(DatabaseError), transaction.atomic():  # the journal never changes
                    columns += bool(scripted(model._base_manager, field))
    return columns


def scripted(rows, field):
    """Write the script into that column, or into the answers it holds; in how many rows."""
    if not isinstance(field, EncryptedJSONField):
        return rows.update(**{field.name: SCRIPT})
    return sum(
        rows.filter(pk=row.pk).update(**{field.name: typed_into(getattr(row, field.name))})
        for row in rows.all()
    )


def typed_into(answers):
    """The same answers with the script for each text."""
    match answers:
        case dict():
            return {name: typed_into(answer) for name, answer in answers.items()}
        case list():
            return [typed_into(answer) for answer in answers]
        case str():
            return SCRIPT
    return answers


def own_models(app):
    return apps.get_app_config(app).get_models()


def is_free(field):
    """Whether people word it; codes of lists, numbers and digests are shorter."""
    long = field.max_length is None or field.max_length >= 100
    return long and not field.choices and not field.unique and field.name != "password"


def test_no_stored_script_is_shown_as_a_script(world, size):
    assert hold_the_script() > 20
    shown, wrong = 0, []
    for relation in worlds.RELATIONS[: size(2, len(worlds.RELATIONS))]:
        client = world.client(relation)
        for name, route in worlds.named_urls().items():
            if name.startswith(worlds.ACCOUNT_PAGES):
                continue
            page = client.get(worlds.address(world, name, route))
            if page["Content-Type"].startswith("text/html"):
                shown += "zyzzyva" in page.text
                if SCRIPT in page.text or page.status_code >= 500:
                    wrong.append((relation, name, page.status_code))
    assert wrong == []
    assert shown > 20, "the texts are there, escaped"


def test_no_address_breaks_a_page(world):
    segments = (
        world.council.code, world.alert.code, world.situation.code,
        worlds.INVITATION_TOKEN, "accord", "sex", "commune", "xlsx",
    )  # fmt: skip
    client, broken = world.client("coordinator"), []
    for name, route in worlds.named_urls().items():
        if not re.search(r"<(?:str|slug):", route) or name.startswith(worlds.ACCOUNT_PAGES):
            continue
        known = worlds.address(world, name, route)
        for segment in segments:
            for nonsense in ("a%00b", "%F0%9F%92%A5%FF..%2f" + "9" * 300):
                asked = re.sub(rf"(?<=[/.]){segment}(?=/|$)", nonsense, known)
                for ask in (client.get, client.post):
                    if asked != known and ask(asked).status_code >= 500:
                        broken.append(asked)
    assert broken == []
