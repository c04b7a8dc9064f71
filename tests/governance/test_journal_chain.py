"""The journal of accesses: the database refuses to change it, and the chain shows what was."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance import journal
from governance.models import AccessRecord
from tests import factories


@pytest.fixture
def lines(cast):
    for _ in range(3):
        journal.record(
            cast.coordinator.user, "export", cast.council, council=cast.council, reason="essai"
        )
    return list(AccessRecord.objects.order_by("id"))


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def test_the_orm_cannot_change_nor_delete_a_line(lines):
    line = lines[0]
    line.reason = "autre motif"
    assert refused(line.save)
    assert refused(line.delete)


def test_a_queryset_cannot_change_nor_delete_lines(lines):
    assert refused(lambda: AccessRecord.objects.update(reason="autre motif"))
    assert refused(lambda: AccessRecord.objects.all().delete())


@pytest.mark.parametrize(
    "statement",
    ["UPDATE governance_accessrecord SET reason = 'x'", "DELETE FROM governance_accessrecord"],
)
def test_raw_sql_cannot_change_nor_delete_lines(lines, statement):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    assert refused(run)
    assert AccessRecord.objects.filter(reason="essai").count() == 3


def test_each_line_follows_from_the_one_before_it(lines):
    assert [b.previous for b in lines[1:]] == [a.digest for a in lines[:-1]]
    assert journal.broken_link() is None


def test_a_line_with_another_content_than_its_digest_says_is_found(lines):
    forged = factories.access_line(action="open_report", digest="0" * 64)
    assert journal.broken_link() == forged
    with pytest.raises(CommandError, match=str(forged.pk)):
        call_command("verify_journal")


def test_a_line_missing_in_the_middle_is_found(lines):
    after_a_gap = factories.access_line(previous="a" * 64)
    assert journal.broken_link() == after_a_gap


def test_the_command_says_how_many_lines_hold_and_the_last_digest(lines, capsys):
    call_command("verify_journal")
    said = capsys.readouterr().out
    assert str(AccessRecord.objects.count()) in said
    assert lines[-1].digest in said


def test_a_line_older_than_twelve_months_may_go_but_not_be_changed(lines):
    year_old = factories.access_line(at=timezone.now() - datetime.timedelta(days=370))
    assert refused(lambda: AccessRecord.objects.filter(pk=year_old.pk).update(reason="x"))
    AccessRecord.objects.filter(pk=year_old.pk).delete()
    assert not AccessRecord.objects.filter(pk=year_old.pk).exists()


def test_a_line_of_the_year_may_not_go(lines):
    recent = factories.access_line(at=timezone.now() - datetime.timedelta(days=360))
    assert refused(AccessRecord.objects.filter(pk=recent.pk).delete)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_writers_at_the_same_time_make_one_chain(cast):
    def write(_):
        try:
            journal.record(cast.coordinator.user, "export", cast.council, council=cast.council)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    assert AccessRecord.objects.filter(action="export").count() == 40
    assert journal.broken_link() is None
