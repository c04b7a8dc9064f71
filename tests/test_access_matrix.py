"""Every URL of the resolver x every relation x GET and POST: who gets in, and 404 for the others.

A URL without a declared rule fails. Each request runs in a transaction that is rolled back.
"""

import re

import pytest
from django.db import transaction

from tests import world as worlds

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("papers_as_words")]

COORDINATION = frozenset({"coordinator"})
MANAGEMENT = frozenset({"coordinator", "manager"})
AUTHOR = frozenset({"author"})
PARTICIPANTS = frozenset({"author", "knows_person", "invited"})
PARTNERS = PARTICIPANTS | {"declined", "stranger", "recipient"}
READERS = frozenset({"coordinator", "copil"})
MEMBERS = PARTNERS | MANAGEMENT | READERS
SIGNED_IN = frozenset(worlds.RELATIONS) - {"anonymous"}
# "invited" sits in the COPIL: a seat opens its papers to a partner, and nothing else of its readers
SEATED = READERS | {"invited"}
EVERYONE = frozenset(worlds.RELATIONS)
NOBODY: frozenset[str] = frozenset()

# URL name -> the relations that get in. Whoever is not named gets 404 (405 for a method that the
# page has not), or the sign-in page when not signed in.
RULES: dict[str, frozenset[str]] = {
    "home": SIGNED_IN,
    "health": EVERYONE,
    "ready": EVERYONE,
    "metrics": NOBODY,  # without the token it does not exist
    "accessibility": EVERYONE,
    "personal_data": EVERYONE,
    "legal_notice": EVERYONE,
    "help": EVERYONE,
    "site_map": EVERYONE,
    "guide": PARTNERS | COORDINATION | {"outsider"},  # the partner's
    "involuntary_care": EVERYONE,
    "demo_sign_in": NOBODY,  # outside demonstration mode it does not exist
    "my_account": SIGNED_IN,
    "my_sessions": SIGNED_IN,
    "my_calendar": SIGNED_IN,
    "calendar_feed": EVERYONE,  # who holds the address
    "invitation": EVERYONE,  # who holds the link
    # the council
    "council_home": MEMBERS,
    "council_new": frozenset({"manager"}),
    "council_settings": MANAGEMENT,
    "council_setup": MANAGEMENT,
    "council_edit": MANAGEMENT,
    "council_look": MANAGEMENT,
    "council_logo": MEMBERS,
    # who reads the reports reads who sits where; who manages the council inscribes its bodies
    "bodies": SEATED | MANAGEMENT,
    "body_new": MANAGEMENT,
    "body_edit": MANAGEMENT,
    "body": SEATED,
    "body_seat_new": COORDINATION,
    "body_seat_edit": COORDINATION,
    "body_seat_end": COORDINATION,
    "body_seat_renew": COORDINATION,
    "body_seat_withdraw": COORDINATION,
    "body_meeting": SEATED,
    "body_meeting_new": COORDINATION,
    "body_meeting_edit": COORDINATION,
    "body_meeting_cancel": COORDINATION,
    "body_meeting_attendance": COORDINATION,
    "council_export": COORDINATION,
    "council_delete": MANAGEMENT,
    "council_keep": MANAGEMENT,
    # its papers: the published ones are read, the coordination and the secretary write
    "minutes_version": SEATED,
    "minutes_pdf": SEATED,
    "minutes_docx": SEATED,
    "minutes_edit": COORDINATION,
    "minutes_move": COORDINATION,
    "minutes_correct": COORDINATION,
    "paper_reread": COORDINATION,
    "resolutions": SEATED,
    "resolution": SEATED,
    "body_resolution_new": COORDINATION,
    "resolution_edit": COORDINATION,
    "resolution_follow": COORDINATION,
    "roadmap": SEATED,
    "roadmap_axis_new": COORDINATION,
    "roadmap_axis": COORDINATION,
    "roadmap_axis_strike": COORDINATION,
    "roadmap_objective_new": COORDINATION,
    "roadmap_synthesis": SEATED,
    "roadmap_synthesis_pdf": SEATED,
    "objective": COORDINATION,
    "objective_strike": COORDINATION,
    "objective_action_new": COORDINATION,
    "action": SEATED,
    "action_edit": COORDINATION,
    "action_balance": COORDINATION,
    "agreements": SEATED,
    "agreement": SEATED,
    "agreement_new": COORDINATION,
    "agreement_edit": COORDINATION,
    "agreement_signatory_new": COORDINATION,
    "signatory_edit": COORDINATION,
    "signatory_strike": COORDINATION,
    "newcomer_kit": MEMBERS,
    "territory": MANAGEMENT,
    "territory_add": MANAGEMENT,
    "territory_change": MANAGEMENT,
    "territory_remove": MANAGEMENT,
    "closed_lists": MANAGEMENT,
    "closed_list": MANAGEMENT,
    "charter": MEMBERS,
    "charter_edit": COORDINATION,
    "charter_signatories": MANAGEMENT,
    "members": MANAGEMENT,
    "member_invite": MANAGEMENT,
    "member_edit": MANAGEMENT,
    "member_end": MANAGEMENT,
    "member_factors": MANAGEMENT,
    "dormant_reopen": MANAGEMENT,
    "invitation_resend": MANAGEMENT,
    "invitation_cancel": MANAGEMENT,
    "organisations": MANAGEMENT,
    "organisation_new": MANAGEMENT,
    "organisation_edit": MANAGEMENT,
    "organisations_import": MANAGEMENT,
    "organisations_model": MANAGEMENT,
    "members_import": MANAGEMENT,
    "members_model": MANAGEMENT,
    "access_journal": MANAGEMENT,
    "outgoing": MANAGEMENT,
    "outgoing_resend": MANAGEMENT,
    "resources": MEMBERS,
    "resource": MEMBERS,
    "resources_file": MEMBERS,
    "resources_import": COORDINATION,
    "resources_model": COORDINATION,
    "resource_new": COORDINATION,
    "resource_edit": COORDINATION,
    "prepared_replies": COORDINATION,
    "prepared_reply_new": COORDINATION,
    "prepared_reply_edit": COORDINATION,
    # the coordination's lists
    "today": COORDINATION | {"outsider"},  # of all the councils that one coordinates
    "saved_view_new": NOBODY,  # without a list to come from; tests/cases/test_filters.py
    "saved_view_default": COORDINATION,
    "saved_view_delete": COORDINATION,
    # alerts
    "alert_new": PARTNERS | COORDINATION,
    "alert_draft": AUTHOR,
    "alert_recap": AUTHOR,
    "alert_discard": AUTHOR,
    "alert_autosave": AUTHOR,
    "alert_one_page": NOBODY,  # the coordination's drafts alone; the world's is the author's
    "alert_receipt": AUTHOR | COORDINATION,
    "alert_receipt_pdf": AUTHOR | COORDINATION,
    "blank_alert_form": PARTNERS | COORDINATION,
    "alert": AUTHOR | COORDINATION,
    # the coordination opens the alert; the act itself is then refused, with a message
    "alert_answer": AUTHOR | COORDINATION,
    "alert_withdraw": AUTHOR | COORDINATION,
    "alert_message": AUTHOR | COORDINATION,
    "alert_note": COORDINATION,
    "alert_reveal": AUTHOR | COORDINATION,
    "alert_derogate": AUTHOR | COORDINATION,
    "derogation_end": AUTHOR | COORDINATION,
    "derogation_reveal": frozenset({"recipient"}),
    "recurrence_attach": COORDINATION,
    "recurrence_set_aside": COORDINATION,
    # public: who has proven no address in this session is led to the start, whoever they are
    **dict.fromkeys(
        (
            "occasional_start",
            "occasional_code",
            "occasional_leave",
            "occasional_follow",
            "occasional_paper",
            "occasional_sheet",
            "occasional_new",
            "occasional_draft",
            "occasional_reread",
            "occasional_autosave",
            "occasional_recap",
            "occasional_discard",
            "occasional_alert",
            "occasional_receipt",
            "occasional_receipt_pdf",
        ),
        EVERYONE,
    ),
    "alerts": COORDINATION,
    "alert_review": COORDINATION,
    "alert_author_checked": COORDINATION,
    "alert_question": COORDINATION,
    "alert_accept": COORDINATION,
    "alert_schedule": COORDINATION,
    "alert_link": COORDINATION,
    "alert_redirect": COORDINATION,
    "alert_reject": COORDINATION,
    "text_reread": MEMBERS,
    "allowed_words": COORDINATION,
    # situations
    "situations": PARTNERS | COORDINATION,
    "situation": PARTICIPANTS | COORDINATION,
    "situation_edit": COORDINATION,
    "situation_texts": COORDINATION,
    "situation_note": COORDINATION,
    "situation_time": COORDINATION,
    "situation_time_undo": COORDINATION,
    "situation_follow": COORDINATION,
    "situation_watch": COORDINATION,
    "situation_close": COORDINATION,
    "situation_reopen": COORDINATION,
    "situation_schedule": COORDINATION,
    "situation_invite": COORDINATION,
    "situation_consent": PARTICIPANTS | COORDINATION,
    "information_sheet": PARTICIPANTS | COORDINATION,
    "blank_information_sheet": PARTNERS | COORDINATION,
    # the person named them in the agreement, or they wrote the alert
    "situation_reveal": frozenset({"author", "knows_person"}) | COORDINATION,
    "participation_accept": frozenset({"invited"}),
    "participation_decline": frozenset({"invited"}),
    "participation_finish": frozenset({"invited"}),
    "participation_end": COORDINATION,
    # one exchange a participant: theirs and the coordination's
    "participation_exchange": frozenset({"invited"}) | COORDINATION,
    # séances
    "calendar": MEMBERS,  # each the meetings of their own scope
    "calendar_propose": COORDINATION,
    "meetings": PARTNERS | COORDINATION,
    "meeting_new": COORDINATION,
    "meeting": PARTICIPANTS | COORDINATION,
    "meeting_agenda": PARTICIPANTS | COORDINATION,  # each their own copy
    "meeting_agenda_of": COORDINATION,
    "meeting_room": COORDINATION,
    "meeting_edit": COORDINATION,
    "meeting_cancel": COORDINATION,
    "meeting_invite": COORDINATION,
    "meeting_attendance": COORDINATION,
    "meeting_uninvite": COORDINATION,
    "point_add": COORDINATION,
    "point_remove": COORDINATION,
    "point_up": COORDINATION,
    "point_edit": COORDINATION,
    "hearing": COORDINATION,
    "hearing_autosave": COORDINATION,
    "hearing_conclude": COORDINATION,
    "conclusions": PARTICIPANTS | COORDINATION,
    "conclusions_pdf": PARTICIPANTS | COORDINATION,
    "conclusions_correct": COORDINATION,
    "conclusions_version": COORDINATION,
    "leads": PARTNERS | COORDINATION,
    "lead_move": frozenset({"knows_person"}) | COORDINATION,
    "lead_assign": COORDINATION,
    "lead_new": COORDINATION,
    "feedback": AUTHOR | COORDINATION,
    # retention and the person’s rights
    "retention": COORDINATION,
    "situation_record": COORDINATION,
    "situation_erase": COORDINATION,
    # register and reports
    "register_import": COORDINATION,
    "register_model": COORDINATION,
    "register_check": NOBODY,  # the world has no upload waiting
    "register_cancel": NOBODY,
    "reports": READERS,
    "report_internal": COORDINATION,
    "report_internal_file": COORDINATION,
    "report_filling": COORDINATION,
    "report_compose": COORDINATION,
    "report_preview": COORDINATION,
    "report_freeze": COORDINATION,
    "edition": READERS,
    "edition_publish": COORDINATION,
    "edition_spreadsheet": READERS,
    "edition_document": READERS,
    "edition_document_file": READERS,
    "reports_together": NOBODY,  # nobody here coordinates several; test_composition.py
}
# allauth's own pages: the sign-in, one's own account. They show nothing of a council.
OURS_ALONE = worlds.ACCOUNT_PAGES


def ask(client, method: str, address: str) -> int:
    """The status of the answer; what the request changed is undone."""
    with transaction.atomic():
        response = getattr(client, method)(address)
        transaction.set_rollback(True)
    if response.status_code == 302 and "/comptes/login/" in response["Location"]:
        return 401
    return response.status_code


def test_every_url_has_a_declared_rule_and_every_rule_a_url():
    names = {n for n in worlds.named_urls() if not n.startswith(OURS_ALONE)}
    assert names - set(RULES) == set(), "URL without a rule"
    assert set(RULES) - names == set(), "rule without a URL"


@pytest.mark.parametrize("relation", worlds.RELATIONS)
def test_each_relation_gets_in_where_its_rule_says_and_nowhere_else(world, relation):
    client = world.client(relation)
    wrong, shut = [], []
    for name, route in worlds.named_urls().items():
        if name.startswith(OURS_ALONE):
            continue
        address = worlds.address(world, name, route)
        statuses = {method: ask(client, method, address) for method in ("get", "post")}
        if relation in RULES[name] and set(statuses.values()) <= {405}:
            shut.append(name)
        for method, status in statuses.items():
            if relation in RULES[name]:
                expected = {200, 302, 405, 422}
            elif relation == "anonymous":
                expected = {401, 404, 405}
            else:
                expected = {404, 405}
            if status not in expected:
                wrong.append(f"{method.upper()} {name}: {status}")
    assert not wrong, "\n".join(wrong)
    assert not shut, "let in, but to no method"


def without_token(response) -> str:
    """The page without its CSRF token, which is another each time."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


def test_a_hidden_situation_and_an_absent_one_answer_alike(world):
    client = world.client("stranger")
    hidden = client.get(world.situation.get_absolute_url())
    absent = client.get(world.situation.get_absolute_url().replace("-001", "-999"))
    assert hidden.status_code == absent.status_code == 404
    assert without_token(hidden) == without_token(absent)
