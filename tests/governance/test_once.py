"""What a form adds is added once, however often the same page sends it."""

import datetime
import re

import pytest
from django.db import OperationalError, connection
from django.urls import get_resolver, reverse
from django.utils import timezone

from cases.models import InternalNote
from cases.services import retention
from governance.models import Submission
from governance.views.once import TOKEN
from tests import world as worlds

# The POST that change, take back, ask or show: sent again, they find it done, refuse, or compare
# versions. An alert is sent once by the key of its draft. A new URL is `once`, or is named here.
NOT_ADDING = """
    demo_sign_in alert_new alert_recap alert_discard alert_one_page alert_autosave alert_draft
    alert_withdraw alert_reveal occasional_start occasional_code occasional_leave occasional_follow
    occasional_new occasional_reread occasional_recap occasional_discard occasional_autosave
    occasional_draft alert_review alert_author_checked alert_accept alert_schedule alert_link
    alert_redirect alert_reject saved_view_default saved_view_delete situation_edit
    situation_texts situation_follow situation_watch situation_close situation_reopen
    situation_reveal participation_accept participation_decline participation_finish
    participation_end meeting_edit meeting_cancel meeting_room meeting_attendance meeting_uninvite
    hearing_autosave hearing_conclude point_edit point_remove conclusions_pdf conclusions_correct
    lead_move lead_assign register_cancel situation_record situation_erase derogation_end
    derogation_reveal recurrence_attach recurrence_set_aside text_reread allowed_words
    council_edit council_look territory_change territory_remove outgoing_resend closed_list
    my_account
    my_calendar my_sessions invitation charter charter_edit invitation_cancel member_edit
    member_end member_factors dormant_reopen organisation_edit resource_edit prepared_reply_edit
    body_edit body_seat_edit body_seat_end body_seat_withdraw body_meeting_edit
    body_meeting_cancel body_meeting_attendance minutes_edit minutes_move minutes_correct
    resolution_edit resolution_follow roadmap_axis roadmap_axis_strike objective objective_strike
    action_edit action_balance agreement_edit signatory_edit signatory_strike paper_reread
    report_compose edition_publish edition_document council_export council_delete council_keep
"""


def test_every_form_that_adds_is_sent_once():
    adding, other = set(), set()
    for name, view in views():
        (adding if getattr(view, "once", False) else other).add(name)
    assert adding
    assert other == set(NOT_ADDING.split())


def views():
    """(name, view) of every URL of ours that may take a POST."""

    def walk(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns)
            else:
                yield pattern

    for pattern in walk(get_resolver().url_patterns):
        methods = methods_of(pattern.callback)
        ours = pattern.name and not pattern.name.startswith(worlds.ACCOUNT_PAGES)
        if ours and (methods is None or "POST" in methods):
            yield pattern.name, pattern.callback


def methods_of(view):
    """The methods that Django's decorator lets in; None where no decorator says."""
    while view is not None:
        cells = dict(
            zip(view.__code__.co_freevars, view.__closure__ or (), strict=True)
            if hasattr(view, "__code__")
            else ()
        )
        if "request_method_list" in cells:
            return cells["request_method_list"].cell_contents
        view = getattr(view, "__wrapped__", None)
    return None


def token_of(page) -> str:
    return re.search(rf'name="{TOKEN}" value="(\w+)"', page.text)[1]


@pytest.fixture
def at_the_notes(world):
    """The coordination at the page of an alert: (client, address of the notes, token)."""
    client = world.client("coordinator")
    client.raise_request_exception = False
    token = token_of(client.get(world.alert.get_absolute_url()))
    return client, reverse("alert_note", args=[world.council.code, world.alert.code]), token


def test_the_same_page_sent_twice_adds_one_note(world, at_the_notes):
    client, address, token = at_the_notes
    before = InternalNote.objects.count()
    sent = {TOKEN: token, "text": "Appeler le bailleur avant lundi."}
    first, second = client.post(address, sent), client.post(address, {**sent, "mark": "moved"})
    assert first["Location"] == second["Location"]
    assert "rien n’a été ajouté une seconde fois" in client.get(second["Location"]).text
    assert InternalNote.objects.count() == before + 1

    client.post(address, {**sent, "text": "Il a répondu."})  # the same page, another text
    client.post(address, {**sent, TOKEN: token_of(client.get(world.alert.get_absolute_url()))})
    world.client("coordinator").post(address, {"text": sent["text"]})
    assert InternalNote.objects.count() == before + 4

    row = Submission.objects.earliest("at")
    assert "bailleur" not in f"{row.key} {row.location}"


def test_a_form_shown_again_and_a_refusal_are_not_noted(world, at_the_notes):
    client, address, token = at_the_notes
    assert client.post(address, {TOKEN: token, "text": ""}).status_code == 200
    undo = reverse("situation_time_undo", args=[world.council.code, world.situation.code])
    answers = [client.post(undo, {TOKEN: token}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert "une seconde fois" not in client.get(answers[1]["Location"]).text
    assert not Submission.objects.exists()


def test_the_page_of_breakdowns_adds_nothing_twice(world, at_the_notes):
    client, address, token = at_the_notes
    before = InternalNote.objects.count()

    def cut_afterwards(execute, sql, params, many, context):
        if 'UPDATE "django_session"' in sql:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut_afterwards):
        answer = client.post(address, {TOKEN: token, "text": "Appeler le bailleur avant lundi."})
    assert (answer.status_code, InternalNote.objects.count()) == (503, before + 1)
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert client.post(address, again).status_code == 302
    assert InternalNote.objects.count() == before + 1


def test_what_was_sent_is_forgotten_the_second_night(world, at_the_notes):
    client, address, token = at_the_notes
    client.post(address, {TOKEN: token, "text": "Appeler le bailleur avant lundi."})
    today = timezone.localdate()
    retention.apply(today + datetime.timedelta(days=1))
    assert Submission.objects.count() == 1
    retention.apply(today + datetime.timedelta(days=2))
    assert not Submission.objects.exists()
