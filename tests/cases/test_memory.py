"""« Déjà vue »: the coordination alone is told, decides, and is not asked twice."""

import datetime
import re

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import seen_before, vault, workload
from cases.models import Alert, Fingerprint, Recurrence, Situation
from cases.seen_before import marked
from cases.selectors import list_alerts
from cases.services import erasure, recurrences, retention, triage
from cases.services.erasure import KEPT
from governance import ledger
from governance.decisions import Refused
from governance.models import AccessRecord, Council, Erasure
from governance.viewer import Viewer
from tests import factories
from tests.cases.test_vault import submit
from tests.world import CANARY

pytestmark = pytest.mark.django_db

PERSON = {
    "last_name": CANARY,
    "first_name": "Jean",
    "birth_date": "1970-04-12",
    "address": "12 rue Solférino, 59000 Lille",
}
MISSPELT = {**PERSON, "last_name": "Zizyvaïque", "first_name": "Jean-Pierre"}
SOMEBODY_ELSE = {**PERSON, "last_name": "Autre", "first_name": "Lucie", "birth_date": "1999-01-02"}
TODAY = datetime.date(2026, 6, 1)


@pytest.fixture
def coordinator(cast, viewer_of) -> Viewer:
    return viewer_of(cast.coordinator)


@pytest.fixture
def earlier(cast, viewer_of) -> Alert:
    return submit(viewer_of(cast.landlord), cast.council, identity=PERSON)


@pytest.fixture
def situation(earlier, coordinator) -> Situation:
    return triage.accept(coordinator, earlier)


@pytest.fixture
def alert(situation, cast, viewer_of) -> Alert:
    """A second one, by somebody else, about the same person."""
    return submit(viewer_of(cast.nurse), cast.council, identity=MISSPELT)


def fingerprints(alert: Alert) -> set[str]:
    with vault.opened(alert.pk):
        return set(Fingerprint.objects.filter(alert=alert).values_list("digest", flat=True))


def seen(viewer: Viewer, alert: Alert) -> list[str]:
    return [line.code for line in seen_before.of_alert(viewer, alert)]


def close(situation: Situation) -> None:
    erasure.close_as(situation, "improved", timezone.localdate())


def erase(situation: Situation, on: datetime.date | None = None) -> None:
    close(situation)
    erasure.erase_situation(situation, on or timezone.localdate())


# --- what is told, to whom ----------------------------------------------------------------------


def test_the_coordination_is_told_that_the_person_was_already_presented(
    alert, situation, coordinator
):
    (line,) = seen_before.of_alert(coordinator, alert)
    assert (line.code, line.first_on) == (situation.code, situation.received_on)
    assert line.alike == "nom et date de naissance"
    assert line.attach == "Rattacher à cette situation"


def test_nobody_else_of_the_council_is_told(alert, cast, viewer_of):
    for member in cast:
        if member is not cast.coordinator:
            assert seen(viewer_of(member), alert) == []
            assert not any(a.seen_before for a in seen_before.marked(viewer_of(member), every()))


def every():
    return Alert.objects.all()


def test_somebody_else_is_not_taken_for_them(situation, cast, viewer_of, coordinator):
    other = submit(viewer_of(cast.nurse), cast.council, identity=SOMEBODY_ELSE)
    assert seen(coordinator, other) == []


def test_without_a_birth_date_the_name_and_the_address_are_enough(
    situation, cast, viewer_of, coordinator
):
    undated = {**PERSON, "birth_date": "", "address": "12, r. Solferino"}
    again = submit(viewer_of(cast.nurse), cast.council, identity=undated)
    (line,) = seen_before.of_alert(coordinator, again)
    assert line.alike == "nom et adresse"


def test_another_council_has_no_digest_in_common(earlier, cast):
    other = factories.aissmc()
    writer = factories.member(other, "ines.coordination@demo.example", "coordinator")
    same = submit(Viewer(writer.user), other, identity=PERSON)
    assert fingerprints(earlier)
    assert not fingerprints(earlier) & fingerprints(same)
    assert not Recurrence.objects.exists()


def test_an_alert_that_opened_no_situation_is_told_too(earlier, cast, viewer_of, coordinator):
    again = submit(viewer_of(cast.nurse), cast.council, identity=MISSPELT)
    (line,) = seen_before.of_alert(coordinator, again)
    assert (line.code, line.attach) == (earlier.code, "")


def test_several_alerts_of_one_situation_are_one_line(
    alert, situation, cast, viewer_of, coordinator
):
    triage.link(coordinator, alert, situation)
    third = submit(viewer_of(cast.social_worker), cast.council, identity=PERSON)
    assert Recurrence.objects.filter(alert=third).count() == 2
    assert seen(coordinator, third) == [situation.code]


def test_what_is_shown_is_journalled_where_no_author_reads_it(
    alert, earlier, cast, client_of, coordinator
):
    client_of(cast.coordinator).get(alert.get_absolute_url())
    line = AccessRecord.objects.get(action="show_recurrence")
    assert (line.actor, line.council) == (cast.coordinator.user, cast.council)
    assert line.target_id == Recurrence.objects.get(alert=alert).pk
    for written, author in ((alert, cast.nurse), (earlier, cast.landlord)):
        page = client_of(author).get(written.get_absolute_url()).content.decode()
        assert "Rapprochement" not in page


def test_the_page_names_nobody_and_is_shown_to_the_coordination(alert, situation, cast, client_of):
    page = client_of(cast.coordinator).get(alert.get_absolute_url()).content.decode()
    assert "L’identité scellée ressemble à une autre." in page
    assert situation.code in page
    assert CANARY not in page


def test_the_author_sees_the_same_page_and_mail_whether_the_person_is_known_or_not(
    situation, cast, viewer_of, client_of, django_capture_on_commit_callbacks
):
    def sent(identity):
        mail.outbox.clear()
        with (
            django_capture_on_commit_callbacks(execute=True),
            CaptureQueriesContext(connection) as queries,
        ):
            written = submit(viewer_of(cast.nurse), cast.council, identity=identity)
        count = len(queries)
        page = client_of(cast.nurse).get(written.get_absolute_url()).content.decode()
        texts = [page, *(f"{m.subject} {m.body}" for m in mail.outbox)]
        words = [
            re.sub(r'value="[A-Za-z0-9]{64}"|nonce-\S+', "", text).replace(written.code, "CODE")
            for text in texts
        ]
        return words, count

    known, known_queries = sent(MISSPELT)
    unknown, unknown_queries = sent(SOMEBODY_ELSE)
    assert Recurrence.objects.count() == 1
    assert known == unknown
    assert known_queries - unknown_queries == 1  # the row of the recurrence itself


def test_the_lists_are_marked_for_the_coordination_without_a_query_more(
    alert, cast, coordinator, client_of
):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            alerts = workload.alerts_to_settle(
                marked(coordinator, list_alerts(coordinator, council))
            )
            marks = {each.code: each.seen_before for each in alerts}
        return marks, len(captured)

    council = Council.objects.get(pk=cast.council.pk)
    marks, count = queries()
    assert marks == {alert.code: True}
    Recurrence.objects.all().delete()
    assert queries() == ({alert.code: False}, count)


def test_the_chip_is_on_the_lists_of_the_coordination(alert, cast, client_of):
    client = client_of(cast.coordinator)
    for page in ("council_home", "alerts"):
        assert "Déjà vue" in client.get(reverse(page, args=["LIL"])).content.decode()
    own = client_of(cast.nurse).get(reverse("alert_new", args=["LIL"])).content.decode()
    assert "Déjà vue" not in own


# --- what is decided ----------------------------------------------------------------------------


def test_attaching_joins_the_alert_to_the_open_situation(alert, situation, cast, client_of):
    found = Recurrence.objects.get(alert=alert)
    client = client_of(cast.coordinator)
    answer = client.post(reverse("recurrence_attach", args=["LIL", found.pk]))
    assert answer.url == situation.get_absolute_url()
    alert.refresh_from_db()
    assert (alert.status, alert.situation) == ("linked", situation)


def test_attaching_reopens_the_closed_situation(alert, situation, coordinator):
    close(situation)
    (line,) = seen_before.of_alert(coordinator, alert)
    assert line.attach == "Rouvrir la situation et rattacher"
    recurrences.attach(coordinator, Recurrence.objects.get(alert=alert))
    situation.refresh_from_db()
    assert situation.status == "reopened"


def test_nothing_is_attached_to_an_alert_without_a_situation_nor_to_an_erased_one(
    earlier, cast, viewer_of, coordinator
):
    again = submit(viewer_of(cast.nurse), cast.council, identity=MISSPELT)
    with pytest.raises(Refused):
        recurrences.attach(coordinator, Recurrence.objects.get(alert=again))
    erase(triage.accept(coordinator, earlier))
    third = submit(viewer_of(cast.social_worker), cast.council, identity=MISSPELT)
    with pytest.raises(Refused):
        recurrences.attach(coordinator, Recurrence.objects.get(alert=third, earlier=earlier))


def test_an_alert_settled_meanwhile_is_a_message_and_not_an_error(
    alert, situation, cast, client_of, coordinator
):
    found = Recurrence.objects.get(alert=alert)
    triage.reject(coordinator, alert, reason="Hors du territoire")
    client = client_of(cast.coordinator)
    answer = client.post(reverse("recurrence_attach", args=["LIL", found.pk]), follow=True)
    assert "n’est plus possible" in answer.content.decode()


def test_somebody_else_is_remembered_and_not_asked_again(
    alert, situation, cast, client_of, coordinator
):
    found = Recurrence.objects.get(alert=alert)
    client = client_of(cast.coordinator)
    client.post(reverse("recurrence_set_aside", args=["LIL", found.pk]))
    found.refresh_from_db()
    assert found.set_aside_by == cast.coordinator.user
    assert found.history.latest().history_type == "~"
    (line,) = seen_before.of_alert(coordinator, alert)
    assert str(cast.coordinator.user) in line.set_aside
    assert not seen_before.marked(coordinator, every()).filter(seen_before=True).exists()
    page = client.get(alert.get_absolute_url()).content.decode()
    assert reverse("recurrence_set_aside", args=["LIL", found.pk]) not in page
    call_command("rotate_keys")  # the fingerprints are written anew: the question is not
    assert Recurrence.objects.count() == 1


def test_only_the_coordination_decides(alert, cast, viewer_of, client_of):
    found = Recurrence.objects.get(alert=alert)
    for member in cast:
        if member is cast.coordinator:
            continue
        with pytest.raises(Refused):
            recurrences.set_aside(viewer_of(member), found)
        for name in ("recurrence_attach", "recurrence_set_aside"):
            answer = client_of(member).post(reverse(name, args=["LIL", found.pk]))
            assert answer.status_code == 404


# --- what is stored -----------------------------------------------------------------------------


def test_a_digest_cannot_be_made_without_the_key(earlier, cast, viewer_of, settings):
    stored = fingerprints(earlier)
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in stored)
    settings.CLSM_MEMORY_KEYS = [Fernet.generate_key().decode()]
    again = submit(viewer_of(cast.nurse), cast.council, identity=PERSON)
    assert not stored & fingerprints(again)
    assert not Recurrence.objects.exists()


def test_an_alert_asks_one_query_for_all_its_traits_and_all_the_keys(
    situation, cast, viewer_of, settings
):
    settings.CLSM_MEMORY_KEYS = [Fernet.generate_key().decode(), *settings.CLSM_MEMORY_KEYS]
    with CaptureQueriesContext(connection) as queries:
        submit(viewer_of(cast.nurse), cast.council, identity=MISSPELT)
    sought = [q["sql"] for q in queries if '"digest" IN' in q["sql"]]
    assert len(sought) == 1
    with connection.cursor() as cursor:
        indexes = connection.introspection.get_constraints(cursor, "cases_fingerprint")
    assert any(i["index"] and i["columns"] == ["digest"] for i in indexes.values())


def test_a_rotation_writes_the_fingerprints_of_sealed_identities_under_the_newest_key(
    earlier, cast, viewer_of, settings, capsys
):
    old = fingerprints(earlier)
    settings.CLSM_MEMORY_KEYS = [Fernet.generate_key().decode(), *settings.CLSM_MEMORY_KEYS]
    call_command("rotate_keys")
    assert "empreintes\N{NO-BREAK SPACE}: 1 rechiffrées, 0 déjà à jour" in capsys.readouterr().out
    assert fingerprints(earlier)
    assert not fingerprints(earlier) & old
    settings.CLSM_MEMORY_KEYS = settings.CLSM_MEMORY_KEYS[:1]
    call_command("rotate_keys", "--check")
    again = submit(viewer_of(cast.nurse), cast.council, identity=MISSPELT)
    assert Recurrence.objects.filter(alert=again, earlier=earlier).exists()


def test_an_erased_identity_is_recognised_under_its_old_key_while_that_key_is_kept(
    earlier, situation, cast, viewer_of, settings
):
    erase(situation)
    older = settings.CLSM_MEMORY_KEYS
    settings.CLSM_MEMORY_KEYS = [Fernet.generate_key().decode(), *older]
    call_command("rotate_keys")
    again = submit(viewer_of(cast.nurse), cast.council, identity=MISSPELT)
    assert Recurrence.objects.filter(alert=again, earlier=earlier).exists()
    settings.CLSM_MEMORY_KEYS = settings.CLSM_MEMORY_KEYS[:1]
    third = submit(viewer_of(cast.social_worker), cast.council, identity=MISSPELT)
    assert not Recurrence.objects.filter(alert=third, earlier=earlier).exists()


def test_identities_sealed_before_there_was_a_memory_enter_it_by_a_rotation(
    earlier, cast, viewer_of
):
    vault.forget(earlier)
    call_command("rotate_keys")
    again = submit(viewer_of(cast.nurse), cast.council, identity=MISSPELT)
    assert Recurrence.objects.filter(alert=again, earlier=earlier).exists()


# --- what is erased, and when -------------------------------------------------------------------


def test_after_the_erasure_the_person_is_still_recognised(
    earlier, situation, cast, viewer_of, coordinator
):
    erase(situation)
    assert not vault.holds_identity(earlier)
    again = submit(viewer_of(cast.nurse), cast.council, identity=MISSPELT)
    (line,) = seen_before.of_alert(coordinator, again)
    assert (line.code, line.is_erased, line.attach) == (situation.code, True, "")


def test_the_fingerprints_go_two_years_after_the_erasure_with_a_line_of_the_ledger(
    earlier, situation
):
    erase(situation, TODAY)
    due = TODAY.replace(year=TODAY.year + 2)
    retention.apply(due - datetime.timedelta(days=1))
    assert fingerprints(earlier)
    retention.apply(due)
    assert not fingerprints(earlier)
    entry = Erasure.objects.get(kind="memory", identifier=earlier.pk)
    assert entry.erased_on == due


@pytest.mark.parametrize(("months", "kept"), [(24, True), (6, True), (0, False)])
def test_a_council_may_shorten_its_memory_to_nothing(earlier, situation, months, kept):
    Council.objects.update(memory_months=months)
    erase(Situation.objects.select_related("council").get(pk=situation.pk))
    assert bool(fingerprints(earlier)) is kept
    assert Erasure.objects.filter(kind="memory").exists() is not kept


def test_a_council_that_shortens_its_memory_later_is_obeyed_the_next_night(earlier, situation):
    erase(situation, TODAY)
    Council.objects.update(memory_months=0)
    retention.apply(TODAY + datetime.timedelta(days=1))
    assert not fingerprints(earlier)


def test_at_the_persons_request_the_fingerprints_go_at_once(earlier, situation, coordinator):
    erasure.erase_on_request(
        coordinator, situation, reason="Courrier reçu le 3 mars", closure="opposed"
    )
    assert not fingerprints(earlier)
    assert Erasure.objects.filter(kind="memory", identifier=earlier.pk).exists()


def test_an_alert_set_aside_is_not_remembered_once_erased(earlier, coordinator):
    triage.reject(coordinator, earlier, reason="Hors du territoire")
    erasure.erase_alert(Alert.objects.get(pk=earlier.pk), TODAY)
    assert not fingerprints(earlier)


def test_a_restore_does_not_bring_the_fingerprints_back(earlier, situation):
    erase(situation, TODAY)
    erasure.forget_fingerprints(earlier, TODAY)
    entries = ledger.entries()
    Erasure.objects.all().delete()
    Situation.objects.filter(pk=situation.pk).update(status="closed")
    with vault.opened(earlier.pk):
        Fingerprint.objects.create(alert=earlier, kind="birth", digest="0" * 64)
    retention.replay(entries)
    assert not fingerprints(earlier)
    assert retention.replay(entries) == 0


def test_an_erased_alert_brings_nothing_to_mind_any_more(alert, situation, coordinator):
    triage.link(coordinator, alert, situation)
    erase(situation)
    assert not Recurrence.objects.exists()
    assert not Recurrence.history.exists()


def test_of_a_fingerprint_nothing_but_its_digest_outlives_the_identity():
    assert KEPT[Fingerprint] == {"alert", "kind", "digest"}
    assert Recurrence not in KEPT


# --- the second wall (PostgreSQL) ---------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row-level security")
def test_outside_the_vault_no_query_finds_nor_deletes_a_fingerprint(earlier):
    assert fingerprints(earlier)
    assert not Fingerprint.objects.exists()
    assert Fingerprint.objects.all().delete()[0] == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_fingerprint")
        assert cursor.fetchone() == (0,)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row-level security")
def test_what_is_sought_is_seen_and_the_table_closes_again(alert, earlier):
    assert Recurrence.objects.filter(alert=alert, earlier=earlier).exists()
    assert not Fingerprint.objects.exists()
