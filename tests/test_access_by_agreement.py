"""What the person answered x every URL about a situation or an alert x every relation.

Said per state of the agreement: who gets in, who reads which words, who is shown the identity. The
identity is sealed in every state, and a derogation runs in each. See test_access_matrix.py, of
which this is the other dimension.
"""

from collections.abc import Collection
from functools import partial

import pytest
from django.db import transaction

from cases import policies
from cases.models import Situation
from cases.privacy import Privacy
from cases.services import derogations
from cases.workflow import AGREEMENT
from governance.models import Council
from governance.viewer import Viewer
from tests import world as worlds
from tests.conftest import SCENES
from tests.test_access_matrix import AUTHOR, COORDINATION, NOBODY, PARTICIPANTS, RULES
from tests.test_canary import holds_canary

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("papers_as_words")]

RELATIONS = (
    "coordinator", "author", "knows_person", "invited", "former", "stranger", "recipient",
    "outsider", "copil", "manager",
)  # fmt: skip
KNOWS = frozenset({"knows_person"})
INVITED = frozenset({"invited"})
# The person said no: participants keep the themes, whatever the council's profile.
SAID_NO = frozenset({"refused", "withdrawn"})
REASON = {"reason": "Vérifier l’adresse avant la visite"}

# Addresses that speak of no situation, or say the same whatever the person answered.
ELSEWHERE = frozenset(
    {
        "home", "health", "ready", "metrics", "accessibility", "personal_data", "legal_notice",
        "help", "guide", "site_map",
        "demo_sign_in", "my_account", "my_sessions", "invitation", "council_new",
        "council_settings", "council_edit", "council_look", "council_logo", "council_export",
        "council_delete", "council_keep",
        "territory", "territory_add", "territory_change",
        "territory_remove", "closed_lists", "closed_list", "charter", "charter_edit",
        "charter_signatories", "members", "member_invite", "member_edit", "member_end",
        "invitation_resend", "invitation_cancel", "organisations", "organisation_new",
        "organisation_edit", "register_import", "register_model", "register_check",
        "register_cancel", "alert_new", "alert_draft", "alert_recap", "alert_discard",
        "reports", "report_internal", "report_internal_file", "report_filling", "information_sheet",
        "blank_information_sheet", "blank_alert_form", "occasional_paper", "meeting_new", "bodies",
        "body_edit", "body_new",
        "council_setup", "members_import", "members_model", "newcomer_kit",
        "organisations_import", "organisations_model", "involuntary_care", "resources",
        "resource", "resource_new", "resource_edit", "resources_file", "resources_import",
        "resources_model", "prepared_replies", "prepared_reply_new", "prepared_reply_edit",
        "saved_view_new", "saved_view_default", "saved_view_delete",
        "body", "body_seat_new", "body_seat_edit",
        "body_seat_end", "body_seat_renew", "body_seat_withdraw", "body_meeting",
        "body_meeting_new", "body_meeting_edit", "body_meeting_cancel", "body_meeting_attendance",
    }
)  # fmt: skip


def open_to(name: str, agreement: str) -> frozenset[str]:
    """Who gets in: what RULES says, but for what the person's answer closes."""
    if name == "situation_reveal" and agreement != "named":
        return NOBODY
    if name == "conclusions_pdf" and agreement in SAID_NO:
        return NOBODY
    if name == "conclusions" and agreement in SAID_NO:
        return COORDINATION
    return RULES[name]


def shown_to(name: str, agreement: str) -> frozenset[str]:
    """To whom the address shows the identity, asked with a reason."""
    named = agreement == "named"
    return {
        "alert_reveal": AUTHOR | COORDINATION if named else NOBODY,
        "situation_reveal": AUTHOR | KNOWS | COORDINATION if named else NOBODY,
        "derogation_reveal": frozenset({"recipient"}),
    }.get(name, NOBODY)


# Words of the world -> who finds them on some page. The author keeps what they wrote themselves.
WORDS = {
    "Crie la nuit": lambda agreement: (
        AUTHOR | COORDINATION if agreement in SAID_NO else PARTICIPANTS | COORDINATION
    ),
    # health: the author's own words, else professions bound by secrecy
    "Menaces": lambda agreement: (
        AUTHOR | COORDINATION | (NOBODY if agreement in SAID_NO else KNOWS)
    ),
    "Une visite à deux": lambda agreement: open_to("conclusions", agreement),
    # the exchange of the one who is invited, written before the person said no; nobody else's
    "Pouvez-vous passer jeudi": lambda agreement: (
        COORDINATION if agreement in SAID_NO else INVITED | COORDINATION
    ),
    "Appelé deux fois": lambda agreement: COORDINATION,
    "Prévenir par un mot": lambda agreement: (
        COORDINATION if agreement in SAID_NO else PARTICIPANTS | COORDINATION
    ),
}

# The classes of a situation's fields -> the participants who receive them, unless they said no.
CLASSES = {
    Privacy.TECHNICAL: PARTICIPANTS,
    Privacy.SHAREABLE: PARTICIPANTS,
    Privacy.RESTRICTED: PARTICIPANTS,
    Privacy.HEALTH: KNOWS,
    Privacy.INTERNAL: NOBODY,
    Privacy.VAULT: NOBODY,
}
AFTER_A_NO = frozenset({"situation_type", "alert_subject", "complexity"})

SCENES |= {f"world, {state}": partial(worlds.build, state) for state in AGREEMENT.states}
in_every_state = pytest.mark.parametrize(
    ("scene", "agreement"),
    [pytest.param(f"world, {state}", state, id=state) for state in AGREEMENT.states],
    indirect=["scene"],
)


def walked() -> dict[str, str]:
    """Name -> route of the addresses that are tried in every state."""
    return {n: r for n, r in worlds.named_urls().items() if n in set(RULES) - ELSEWHERE}


def methods(relation: str, name: str, agreement: str, acts: Collection[str]) -> list[str]:
    """GET; POST by who is let in, but for the coordination, whose acts the answer does not touch
    (test_access_matrix.py asks them all)."""
    asked = [] if name in acts else ["get"]
    if relation in open_to(name, agreement) - COORDINATION:
        asked.append("post")
    return asked


def test_every_url_is_tried_in_every_state_or_said_to_be_about_something_else():
    assert set(RULES) >= ELSEWHERE
    arguments = ("<str:code>", "<uuid:hearing>")
    about_one = {n for n, r in worlds.named_urls().items() if any(a in r for a in arguments)}
    assert about_one & ELSEWHERE == {"information_sheet"}  # it explains the meeting, no situation


@in_every_state
def test_each_page_opens_to_whom_the_answer_lets_in_and_says_what_it_lets_read(world, agreement):
    assert world.situation.consent_state == agreement
    wrong = []
    readers: dict[str, set[str]] = {words: set() for words in WORDS}
    acts: set[str] = set()  # they answer no GET, whoever asks: tried by those they are for
    for relation in RELATIONS:
        client = world.client(relation)
        for name, route in walked().items():
            address = worlds.address(world, name, route)
            for method in methods(relation, name, agreement, acts):
                with transaction.atomic():
                    answer = getattr(client, method)(address)
                    transaction.set_rollback(True)
                let_in = relation in open_to(name, agreement)
                if answer.status_code == 405 and method == "get":
                    acts.add(name)
                if answer.status_code not in ({200, 302, 405, 422} if let_in else {404, 405}):
                    wrong.append(f"{relation}: {method.upper()} {name}: {answer.status_code}")
                body = b"".join(answer) if answer.streaming else answer.content
                if holds_canary(body) or holds_canary(str(answer.headers)):
                    wrong.append(f"{relation}: {method.upper()} {name}: the identity, unasked")
                for words, found in readers.items():
                    if words in body.decode("utf-8", "replace"):
                        found.add(relation)
    assert wrong == []
    assert readers == {words: set(rule(agreement)) for words, rule in WORDS.items()}


@in_every_state
def test_the_identity_is_shown_to_whom_the_answer_or_a_derogation_says(world, agreement):
    wrong = []
    for relation in RELATIONS:
        client = world.client(relation)
        for name, route in walked().items():
            if not name.endswith("_reveal"):
                continue
            answer = client.post(worlds.address(world, name, route), REASON)
            if holds_canary(answer.content) != (relation in shown_to(name, agreement)):
                wrong.append(f"{relation}: {name}: {answer.status_code}")
    assert wrong == []


@in_every_state
def test_once_ended_a_derogation_shows_nothing_whatever_the_answer(world, agreement):
    client = world.client("recipient")
    address = worlds.address(world, "derogation_reveal", walked()["derogation_reveal"])
    derogations.end(Viewer(world.people["author"].user), world.derogation)
    answer = client.post(address, REASON)
    assert answer.status_code == 404
    assert not holds_canary(answer.content)


@in_every_state
def test_each_field_goes_to_whom_its_class_and_the_answer_say(world, agreement):
    wrong = []
    for relation in RELATIONS:
        read = policies.readable_fields(
            Viewer(world.people[relation].user), Situation.objects.get(pk=world.situation.pk)
        )
        for field in Situation._meta.get_fields():
            privacy = getattr(field, "privacy", None)
            if privacy is None:
                assert field.auto_created or field.primary_key, f"{field.name} has no class"
                continue
            receives = relation in CLASSES[privacy]
            if agreement in SAID_NO and privacy is not Privacy.TECHNICAL:
                receives &= field.name in AFTER_A_NO
            if relation in COORDINATION:
                receives = privacy is not Privacy.VAULT
            if receives != (field.name in read):
                wrong.append(f"{relation}: {field.name} ({privacy})")
    assert wrong == []


@pytest.mark.parametrize("agreement", ["not_collected", "unable"])
def test_a_council_that_keeps_to_themes_until_the_person_has_answered_shows_no_more(
    world, agreement
):
    Council.objects.update(naming_without_consent=Council.Naming.THEMES)
    Situation.objects.filter(pk=world.situation.pk).update(consent_state=agreement)
    for relation in sorted(PARTICIPANTS):
        page = world.client(relation).get(world.situation.get_absolute_url())
        assert page.status_code == 200
        assert not [words for words in WORDS if words in page.text]
