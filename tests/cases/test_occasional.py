"""Professionals without an account: an address proven by a code, then the same form."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import mailed_code, policies, vault
from cases.models import Alert, AlertDraft, OccasionalAuthor
from cases.occasional import OccasionalViewer, email_digest
from cases.services import erasure, intake, retention, triage
from governance import throttling
from governance.models import AccessRecord, OutgoingMessage
from tests.cases import fiche

pytestmark = pytest.mark.django_db
CANARY = "Zyzzyva"
ADDRESS = "ines.liberale@demo.example"
WHO = {"organisation": "Cabinet infirmier", "function": "Infirmière libérale", "charter": "on"}


@pytest.fixture(autouse=True)
def _mail_leaves_at_once(monkeypatch):
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_: act())


def page(name, *args):
    return reverse(f"occasional_{name}", args=["LIL", *args])


def last_code() -> str:
    return re.search(r"\b(\d{6})\b", mail.outbox[-1].body)[1]


def prove(client, email=ADDRESS):
    client.post(page("start"), {"email": email})
    return client.post(page("code"), {"code": last_code()})


@pytest.fixture
def nurse(council):
    """A client whose address is proven."""
    client = Client()
    assert prove(client)["Location"] == page("new")
    return client


def begin(client) -> str:
    begun = client.post(page("new"), {**WHO, "immediate_danger": "no"})
    return begun["Location"].removesuffix("vous/")


def write(client, council, **changes) -> str:
    draft = begin(client)
    changes.setdefault("vous", {"origin": "gp_private_care"})
    for step, answers in fiche.typed(council, **changes).items():
        client.post(f"{draft}{step}/", {**answers, "go": "recap"})
    return draft


def send(client, council, **changes) -> Alert:
    client.post(f"{write(client, council, **changes)}recapitulatif/")
    return Alert.objects.get()


# --- the address --------------------------------------------------------------------------------


def test_a_code_by_mail_opens_the_form_for_this_browser_alone(council):
    client = Client()
    asked = client.post(page("start"), {"email": ADDRESS})
    assert asked["Location"] == page("code")
    (message,) = mail.outbox
    assert message.to == [ADDRESS]
    assert last_code() not in message.subject
    assert client.get(page("new"))["Location"] == page("start")
    assert client.post(page("code"), {"code": last_code()})["Location"] == page("new")
    assert client.get(page("new")).status_code == 200
    assert Client().get(page("new"))["Location"] == page("start")


def test_nothing_of_an_address_is_kept_before_it_is_proven(council):
    client = Client()
    client.post(page("start"), {"email": ADDRESS})
    assert not OccasionalAuthor.objects.exists()
    assert ADDRESS not in str(dict(client.session))
    assert last_code() not in str(dict(client.session))


def test_the_outbox_forgets_the_code_once_it_left(council):
    Client().post(page("start"), {"email": ADDRESS})
    message = OutgoingMessage.objects.get(template="mailed_code")
    assert message.state == OutgoingMessage.State.SENT
    assert "minutes" in message.context
    assert last_code() not in str(message.context)


def test_the_address_is_not_readable_in_the_database(nurse):
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, email_digest FROM cases_occasionalauthor")
        row = str(cursor.fetchone())
    assert "ines" not in row
    assert email_digest(ADDRESS.upper()) in row


@pytest.mark.parametrize("typed", ["", "abc", "12345", "0000000"])
def test_a_wrong_code_opens_nothing(council, typed):
    client = Client()
    client.post(page("start"), {"email": ADDRESS})
    assert client.post(page("code"), {"code": typed}).status_code == 200
    assert client.get(page("new"))["Location"] == page("start")


def test_a_code_is_dead_after_five_tries_and_after_ten_minutes(council):
    client = Client()
    client.post(page("start"), {"email": ADDRESS})
    wrong = "000000" if last_code() != "000000" else "111111"
    for _ in range(mailed_code.TRIES):
        client.post(page("code"), {"code": wrong})
    assert client.post(page("code"), {"code": last_code()}).status_code == 200
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post(page("start"), {"email": ADDRESS})
        clock.shift(datetime.timedelta(minutes=mailed_code.MINUTES, seconds=1))
        assert client.post(page("code"), {"code": last_code()}).status_code == 200
        assert not OccasionalAuthor.objects.exists()


def test_the_session_changes_its_key_and_ends_after_two_hours(council):
    client = Client()
    client.post(page("start"), {"email": ADDRESS})
    before = client.session.session_key
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post(page("code"), {"code": last_code()})
        assert client.session.session_key != before
        for _ in range(6):
            clock.shift(datetime.timedelta(minutes=19))
            assert client.get(page("new")).status_code == 200
        clock.shift(datetime.timedelta(minutes=19))
        assert client.get(page("new"))["Location"] == page("start")


def test_leaving_forgets_the_address(nurse):
    nurse.post(page("leave"))
    assert nurse.get(page("new"))["Location"] == page("start")


def test_an_address_proven_in_one_council_opens_nothing_in_another(nurse):
    from tests import factories

    factories.aissmc()
    elsewhere = nurse.get(reverse("occasional_new", args=["AIS"]))
    assert elsewhere["Location"] == reverse("occasional_start", args=["AIS"])


def test_an_unknown_council_does_not_exist(db):
    assert Client().get(reverse("occasional_start", args=["XXX"])).status_code == 404


def test_a_council_may_do_without_occasional_authors(nurse, council):
    council.accepts_occasional_authors = False
    council.save()
    closed = Client().get(page("start"))
    assert "qui ont un compte" in closed.text
    assert Client().post(page("start"), {"email": ADDRESS}).status_code == 200
    assert len(mail.outbox) == 1  # the fixture's
    begun = nurse.post(page("new"), {**WHO, "immediate_danger": "no"})
    assert begun["Location"] == page("start")
    assert not AlertDraft.objects.exists()


# --- limits and enumeration ---------------------------------------------------------------------


def test_codes_are_limited_for_an_address_whoever_asks(council):
    for _ in range(throttling.CODES.most):
        assert Client().post(page("start"), {"email": ADDRESS}).status_code == 302
    assert Client().post(page("start"), {"email": ADDRESS}).status_code == 429
    assert Client().post(page("start"), {"email": "autre@demo.example"}).status_code == 302
    assert len(mail.outbox) == throttling.CODES.most + 1


def test_codes_are_limited_from_one_place(council):
    statuses = [
        Client().post(page("start"), {"email": f"n{n}@demo.example"}).status_code
        for n in range(throttling.CODES_FROM.most + 1)
    ]
    assert statuses == [302] * throttling.CODES_FROM.most + [429]


def test_codes_are_limited_for_a_council_and_the_limit_is_journalled(council):
    for n in range(throttling.CODES_OF.most + 1):
        client = Client(REMOTE_ADDR=f"10.0.{n // 200}.{n % 200}")
        last = client.post(page("start"), {"email": f"n{n}@demo.example"})
    assert last.status_code == 429
    (line,) = AccessRecord.objects.filter(action="limit")
    assert (line.actor, line.council) == (None, council)


def test_guesses_are_limited_from_one_place(council):
    for _ in range(throttling.GUESSES.most):
        client = Client()
        session = client.session
        session["mailed_code"] = {"council": "LIL", "until": 0, "tries": 0}
        session.save()
        assert client.post(page("code"), {"code": "000000"}).status_code == 200
    assert client.post(page("code"), {"code": "000000"}).status_code == 429


def without_token(response) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.text)


def test_following_answers_the_same_whether_number_and_address_exist_or_not(nurse, council):
    alert = send(nurse, council)
    mail.outbox.clear()
    answers = []
    for number, email in (
        (alert.code, ADDRESS),
        (alert.code, "inconnue@demo.example"),
        ("LIL-2026-A999", ADDRESS),
        ("LIL-2026-A999", "inconnue@demo.example"),
    ):
        client = Client()
        asked = client.post(page("follow"), {"number": number, "email": email})
        shown = client.get(asked["Location"])
        (message,) = mail.outbox
        answers.append(
            (
                asked.status_code, asked["Location"], without_token(shown), message.subject,
                re.sub(r"\d{6}", "", message.body),
            )
        )  # fmt: skip
        mail.outbox.clear()
    assert len(set(answers)) == 1


def test_who_proves_another_address_learns_nothing_of_the_number(nurse, council):
    alert = send(nurse, council)
    pages = []
    for number in (alert.code, "LIL-2026-A999"):
        stranger = Client()
        stranger.post(page("follow"), {"number": number, "email": "autre@demo.example"})
        answer = stranger.post(page("code"), {"code": last_code()}, follow=True)
        pages.append(without_token(answer).replace(number, "…"))
        assert stranger.get(page("receipt", number)).status_code == 404
        assert stranger.get(page("receipt_pdf", number)).status_code == 404
    assert pages[0] == pages[1]


# --- writing ------------------------------------------------------------------------------------


def test_the_charter_and_the_organisation_come_before_the_form(nurse):
    assert "charte" in nurse.get(page("new")).text
    refused = nurse.post(page("new"), {"immediate_danger": "no", "organisation": "Cabinet"})
    assert refused.status_code == 200
    assert "Lisez la charte" in refused.text
    assert not AlertDraft.objects.exists()


def test_the_same_form_makes_an_alert_of_an_author_without_account(nurse, council):
    alert = send(nurse, council)
    author = OccasionalAuthor.objects.get()
    assert (alert.author, alert.occasional_author, alert.recorded_by) == (None, author, None)
    assert (author.organisation, author.function) == ("Cabinet infirmier", "Infirmière libérale")
    assert alert.alert_channel == "online_form"
    assert alert.origin == "gp_private_care"
    assert alert.charter_signed
    assert alert.is_unverified
    assert vault.holds_identity(alert)
    assert not AlertDraft.objects.exists()


def test_sending_twice_gives_one_alert_and_the_same_receipt(nurse, council):
    draft = write(nurse, council)
    first = nurse.post(f"{draft}recapitulatif/")
    second = nurse.post(f"{draft}recapitulatif/")
    alert = Alert.objects.get()
    assert first["Location"] == second["Location"] == page("receipt", alert.code)
    assert alert.code in nurse.get(first["Location"]).text
    assert nurse.get(page("receipt_pdf", alert.code))["Content-Type"] == "application/pdf"


def test_a_draft_resumes_by_proving_the_address_again_and_is_nobody_elses(nurse, council):
    draft = begin(nurse)
    nurse.post(f"{draft}attentes/brouillon/", {"expectations": "Un avis", "mark": "a"})
    again = Client()
    prove(again, ADDRESS.upper())
    assert draft in again.get(page("new")).text
    assert "Un avis" in again.get(f"{draft}attentes/").text
    stranger = Client()
    prove(stranger, "autre@demo.example")
    assert stranger.get(f"{draft}attentes/").status_code == 404
    assert stranger.post(f"{draft}attentes/brouillon/", {"mark": "b"}).status_code == 404
    assert draft not in stranger.get(page("new")).text


def test_members_do_not_open_it_under_their_own_addresses(nurse, council, cast, client_of):
    draft = begin(nurse)
    key = draft.strip("/").split("/")[-1]
    for member in cast:
        own = reverse("alert_draft", args=["LIL", key, "vous"])
        assert client_of(member).get(own).status_code == 404


def test_an_alert_has_one_author_and_one_alone(nurse, council, cast):
    alert = send(nurse, council)
    for changes in ({"author": cast.nurse.user}, {"occasional_author": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.filter(pk=alert.pk).update(**changes)


# --- what they may see --------------------------------------------------------------------------


def test_they_follow_the_states_and_read_nothing_of_what_they_wrote(nurse, council):
    alert = send(nurse, council)
    shown = nurse.get(page("alert", alert.code)).text
    assert "La coordination lit votre alerte" in shown
    for unsaid in (CANARY, "Crie la nuit", "Quirine", "Un regard croisé"):
        assert unsaid not in shown


def test_the_policies_give_them_their_own_alert_and_nothing_else(nurse, council, cast, viewer_of):
    alert = send(nurse, council)
    viewer = OccasionalViewer(OccasionalAuthor.objects.get())
    assert policies.is_author(viewer, alert)
    assert list(policies.alerts_in_scope(viewer, Alert.objects.all())) == [alert]
    assert not policies.can_reveal(viewer, alert)
    assert not policies.can_derogate(viewer, alert)
    assert not policies.can_triage(viewer, alert)
    situation = triage.accept(viewer_of(cast.coordinator), alert)
    assert not policies.can_view(viewer, situation)
    assert not policies.can_lower_agreement(viewer, situation)


def test_each_step_is_told_by_mail_with_the_way_to_follow_it(
    nurse, council, cast, viewer_of, client_of
):
    alert = send(nurse, council)
    way = f"{page('follow')}?numero={alert.code}"
    assert mail.outbox[-1].to == [ADDRESS]
    assert way in mail.outbox[-1].body
    triage.redirect(viewer_of(cast.coordinator), alert, reason="Voyez le CCAS.", to=None)
    assert mail.outbox[-1].to == [ADDRESS]
    assert way in mail.outbox[-1].body
    assert "Voyez le CCAS" not in mail.outbox[-1].body
    assert "Voyez le CCAS" in nurse.get(page("alert", alert.code)).text


def test_no_mail_holds_the_identity(nurse, council):
    send(nurse, council)
    for message in mail.outbox:
        assert CANARY not in message.message().as_string()
        assert "Crie la nuit" not in message.body


# --- the coordination ---------------------------------------------------------------------------


def test_the_coordination_sees_who_is_not_verified_and_notes_the_call(
    nurse, council, cast, client_of
):
    alert = send(nurse, council)
    coordinator = client_of(cast.coordinator)
    assert "Auteur non vérifié" in coordinator.get(reverse("alerts", args=["LIL"])).text
    shown = coordinator.get(alert.get_absolute_url()).text
    for said in ("Auteur non vérifié", "Cabinet infirmier", ADDRESS):
        assert said in shown
    coordinator.post(reverse("alert_author_checked", args=["LIL", alert.code]))
    shown = coordinator.get(alert.get_absolute_url()).text
    assert "Auteur non vérifié" not in shown
    assert "Identité vérifiée par téléphone" in shown
    assert AccessRecord.objects.filter(action="check_author", actor=cast.coordinator.user).exists()


def test_saying_something_else_of_oneself_asks_for_another_call(nurse, council, cast, client_of):
    alert = send(nurse, council)
    client_of(cast.coordinator).post(reverse("alert_author_checked", args=["LIL", alert.code]))
    nurse.post(page("new"), {**WHO, "organisation": "Autre cabinet", "immediate_danger": "no"})
    assert OccasionalAuthor.objects.get().identity_checked_at is None


def test_what_the_coordination_writes_for_somebody_is_that_somebodys(cast, viewer_of, council):
    import uuid

    coordinator = viewer_of(cast.coordinator)
    given = intake.Submission(
        draft_key=uuid.uuid4(),
        fields={"requester_name": "Une médecin", "requester_role": "Médecin", "facts": "Appel."},
        receipt_to="cabinet@demo.example",
        outside_organisation="Cabinet du centre",
    )
    alert = intake.submit(coordinator, council, given)
    assert alert.author is None
    assert alert.recorded_by == cast.coordinator.user
    assert alert.occasional_author.organisation == "Cabinet du centre"
    assert not alert.is_unverified
    assert intake.submit(coordinator, council, given) == alert
    assert mail.outbox[-1].to == ["cabinet@demo.example"]


# --- the journal, the end -----------------------------------------------------------------------


def test_what_they_open_is_journalled_without_an_actor(nurse, council, cast, client_of):
    alert = send(nurse, council)
    nurse.get(page("alert", alert.code))
    line = AccessRecord.objects.filter(action="open_alert").first()
    assert (line.actor, line.reason) == (None, "auteur sans compte")
    journal_page = client_of(cast.coordinator).get(reverse("access_journal", args=["LIL"])).text
    assert "<strong>Auteur sans compte</strong>" in journal_page
    assert (
        "Auteur sans compte : Alerte ouverte"
        in client_of(cast.coordinator).get(alert.get_absolute_url()).text
    )


def test_an_erased_alert_forgets_its_author_who_goes_the_same_week(nurse, council):
    alert = send(nurse, council)
    erasure.erase_alert(alert, timezone.localdate())
    alert.refresh_from_db()
    assert (alert.occasional_author, alert.recorded_by) == (None, None)
    retention.apply(timezone.localdate())
    assert OccasionalAuthor.objects.exists()  # the address was proven today
    retention.apply(timezone.localdate() + datetime.timedelta(days=9))
    assert not OccasionalAuthor.objects.exists()


def test_a_draft_goes_after_seven_days_and_its_author_with_it(nurse):
    begin(nurse)
    retention.apply(timezone.localdate() + datetime.timedelta(days=9))
    assert not AlertDraft.objects.exists()
    assert not OccasionalAuthor.objects.exists()
