"""A council leaves: asked with a reason, announced to all who run it, done after thirty days.

One person may ask, any other who runs the council may keep it until the last day: a delay rather
than two signatures, since many councils have one coordinator. The row of the council stays,
without a name: the journal of accesses points to it for its twelve months.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cases import council_rows, policies, vault
from cases.models import Alert
from governance import journal, ledger, mail
from governance.decisions import Refused
from governance.letters import day
from governance.models import Council, Erasure, Membership, Role, User, profile_settings
from governance.policies import can_manage
from governance.services import calendar_feeds
from governance.services import retention as accounts
from governance.viewer import Viewer

DELAY_DAYS = 30


@transaction.atomic
def ask(viewer: Viewer, council: Council, *, reason: str) -> datetime.date:
    """The council is to be deleted in thirty days; all who run it are told by mail. That day.

    Refused to anybody but the coordination, and when it is asked already.
    """
    policies.can_delete_council(viewer, council).enforce()
    due = timezone.localdate() + datetime.timedelta(days=DELAY_DAYS)
    unasked = Council.objects.filter(pk=council.pk, deletion_due_on__isnull=True)
    if not unasked.update(deletion_due_on=due):
        raise Refused("La suppression du conseil est déjà demandée.")
    _tell(council, "asked", due)
    journal.record(viewer.user, "delete_council", council, council=council, reason=reason)
    return due


@transaction.atomic
def keep(viewer: Viewer, council: Council) -> None:
    """The council is not deleted after all; all who run it are told by mail.

    Refused to who does not manage the council, and when nothing was asked.
    """
    can_manage(viewer, council).enforce()
    asked = Council.objects.filter(pk=council.pk, deletion_due_on__isnull=False)
    if not asked.update(deletion_due_on=None):
        raise Refused("La suppression du conseil n’est pas demandée.")
    _tell(council, "kept", timezone.localdate())
    journal.record(viewer.user, "keep_council", council, council=council)


def due(today: datetime.date) -> QuerySet[Council]:
    """The councils whose thirty days are over."""
    return Council.objects.filter(deletion_due_on__lte=today, erased_on__isnull=True)


@transaction.atomic
def erase_council(council: Council, on: datetime.date) -> None:
    """Delete every row of the council, and its members' accounts where they have no other council.

    What stays: its key, and the journal of accesses, whose persons are keys from now on. Noted in
    the ledger, which deletes it again after a restore.
    """
    for alert in Alert.objects.filter(council=council).only("pk").iterator():
        vault.erase(alert)
    members = list(User.objects.filter(memberships__council=council).distinct())
    tables = council_rows.tables()
    with _unguarded([table.model._meta.db_table for table in tables]):
        for table in reversed(tables):
            if table.model is not Council:
                # Neither signal nor history: nothing says what has just been deleted.
                table.rows(council)._raw_delete(connection.alias)
    for user in members:
        if not Membership.objects.filter(user=user).exists():
            calendar_feeds.forget(user)
            accounts.anonymise(user, on)
    _empty_row(council, on)
    ledger.note(Erasure.Kind.COUNCIL, council.pk, on)
    journal.record(None, "erase", council, council=council)


def _empty_row(council: Council, on: datetime.date) -> None:
    """Nothing of the council but its key; the code and the name are free again."""
    nameless = Council(
        pk=council.pk,
        code=f"X{council.pk.hex[:7].upper()}",
        name=f"Conseil effacé {council.pk}",
        profile=council.profile,
        erased_on=on,
        accepts_occasional_authors=False,
        created_at=council.created_at,
        **profile_settings(council.profile),
    )
    nameless.save_base(raw=True, force_update=True)  # raw: without a row of history


def _tell(council: Council, state: str, on: datetime.date) -> None:
    running = Membership.objects.active().filter(
        council=council, role__in=(Role.COORDINATOR, Role.MANAGER)
    )
    for user in User.objects.filter(pk__in=running.values("user")):
        word = "suppression demandée" if state == "asked" else "suppression annulée"
        mail.send(
            "council_deletion",
            user.email,
            subject=f"{council.code} : {word}",
            context={
                "council": council,
                "state": state,
                "on": day(on),
                "path": reverse("council_delete", args=[council.code]),
            },
        )


@contextmanager
def _unguarded(tables: list[str]) -> Iterator[None]:
    """In this block, of this transaction alone, the triggers that keep answers and conclusions let
    go. The journal's stay."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger "
                "WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)",
                [tables],
            )
            off = [
                tuple(f"ALTER TABLE {name} {word} TRIGGER USER" for word in ("DISABLE", "ENABLE"))
                for (name,) in cursor.fetchall()
            ]
        else:
            cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
            off = [
                (f"DROP TRIGGER {name}", sql)
                for name, sql, table in cursor.fetchall()
                if table in tables
            ]
        if connection.vendor == "postgresql":
            # A table that has something to check at the end of the transaction is not altered:
            # everything is checked at once, from now on.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for without, _ in off:
            cursor.execute(without)
        yield
        for _, back in off:
            cursor.execute(back)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
