"""What runs out on this floor: accounts, names, invitations, journal, mail, sessions.

`..._due(today)` says what; the act beside it is for one object, inside a transaction.
"""

import datetime
import importlib
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from governance import grants, journal, ledger, mail
from governance.letters import day
from governance.models import (
    AccessRecord,
    Erasure,
    Invitation,
    Membership,
    OutgoingMessage,
    Role,
    Seat,
    Submission,
    User,
)
from governance.services import calendar_feeds
from governance.services.people import end_sessions
from governance.terms import (
    ANONYMISED_MONTHS,
    DISABLED_MONTHS,
    DISABLING_NOTICE_DAYS,
    INVITATION_DAYS,
    JOURNAL_MONTHS,
    MESSAGE_DAYS,
    SEAT_NAME_MONTHS,
    SUBMISSION_DAYS,
    TASK_DAYS,
    days_before,
    months_before,
)

# Where the ways to sign in are kept: addresses, second factors, accounts elsewhere.
_SIGN_IN_APPS = ("account", "mfa", "socialaccount")
_NOTICE = datetime.timedelta(days=DISABLING_NOTICE_DAYS)


def start_of(day: datetime.date) -> datetime.datetime:
    """Midnight at which the day begins here."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


# --- accounts -----------------------------------------------------------------------------------


def accounts_to_warn(today: datetime.date) -> QuerySet[User]:
    """Accounts that will be disabled in 30 days, not yet warned since they last served."""
    return _to_disable(today + _NOTICE).exclude(_warned())


def warn(user: User, today: datetime.date) -> None:
    """Tell the account's holder, once, that signing in keeps it open."""
    User.objects.filter(pk=user.pk).update(disabling_announced_on=today)
    membership = user.memberships.active(today).first()
    mail.send(
        "account_unused",
        user.email,
        subject="CLSM : votre compte va être désactivé",
        context={
            "council": membership.council if membership else None,
            "on": day(today + _NOTICE),
            "months": str(DISABLED_MONTHS),
            "path": reverse("account_login"),
        },
    )


def accounts_to_disable(today: datetime.date) -> QuerySet[User]:
    """Open accounts that nobody has signed in with for six months, warned 30 days ago."""
    return _to_disable(today).filter(_warned(), disabling_announced_on__lte=today - _NOTICE)


def _warned() -> Q:
    """Warned since the account last served."""
    return Q(disabling_announced_on__isnull=False, disabling_announced_on__gt=F("last_used__date"))


def _to_disable(today: datetime.date) -> QuerySet[User]:
    """Open accounts unused for six months on that day.

    Never the last coordination of a council: its alerts would reach nobody.
    """
    unused = _unused_since(months_before(today, DISABLED_MONTHS)).filter(is_active=True)
    coordinations: dict[UUID, set[UUID]] = {}
    coordinators = Membership.objects.active(today).filter(role=Role.COORDINATOR)
    for council_id, user_id in coordinators.values_list("council", "user"):
        coordinations.setdefault(council_id, set()).add(user_id)
    chosen = []
    for user in unused.order_by("last_used", "pk").values_list("pk", flat=True):
        own = [others for others in coordinations.values() if user in others]
        if all(len(others) > 1 for others in own):
            chosen.append(user)
            for others in own:
                others.discard(user)
    return unused.filter(pk__in=chosen)


def disable(user: User, today: datetime.date) -> None:
    """The account opens nothing any more; what it wrote stays, with its name."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    calendar_feeds.forget(user)
    journal.record(None, "disable", user, council=None)


def accounts_to_anonymise(today: datetime.date) -> QuerySet[User]:
    """Disabled accounts that nobody has signed in with for two years, not yet anonymised."""
    unused = _unused_since(months_before(today, ANONYMISED_MONTHS)).filter(is_active=False)
    return unused.exclude(pk__in=ledger.erased(Erasure.Kind.ACCOUNT))


def anonymise(user: User, today: datetime.date) -> None:
    """The account loses its name, address and ways to sign in, its row stays.

    Not deleted: the journal of accesses and the records of the agreement say who acted, and the
    database refuses to cut them loose (PROTECT). What they say from now on is an opaque key.
    """
    for relation in User._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.app_label in _SIGN_IN_APPS:
            model._base_manager.filter(**{relation.field.name: user}).delete()
    end_sessions(user)
    grants.revoke_everything(user)
    _forget(user.memberships.all())
    user.memberships.filter(end__isnull=True).update(end=Greatest(F("start"), today))
    for invitation in Invitation.objects.filter(email=user.email):
        delete_invitation(invitation, today)
    User.history.filter(id=user.pk).delete()
    # Not save(): a history row would say what has just been forgotten.
    nobody = User(
        email=f"{user.pk}@compte-efface.invalid", last_name="Compte effacé", is_active=False
    )
    nobody.set_unusable_password()
    User.objects.filter(pk=user.pk).update(
        email=nobody.email,
        password=nobody.password,
        first_name="",
        last_name=nobody.last_name,
        phone="",
        is_active=False,
    )
    ledger.note(Erasure.Kind.ACCOUNT, user.pk, today)
    journal.record(None, "erase", user, council=None)


def _unused_since(day: datetime.date) -> QuerySet[User]:
    signed_in = Coalesce("last_login", "date_joined")
    used = User.objects.annotate(last_used=Greatest(signed_in, Coalesce("reopened_at", signed_in)))
    return used.filter(last_used__lt=start_of(day))


def _forget(memberships: QuerySet[Membership]) -> None:
    """What the members said of their own post goes, in the history too; role and dates stay."""
    Membership.history.filter(id__in=memberships.values("pk")).delete()
    memberships.update(profession="")


# --- names typed alone ----------------------------------------------------------------------------


def names_to_erase(today: datetime.date) -> QuerySet[Seat]:
    """Mandates that ended three years ago and still bear a name without an account."""
    limit = months_before(today, SEAT_NAME_MONTHS)
    return Seat.objects.named_apart().filter(end__lt=limit)


def erase_names(seat: Seat, today: datetime.date) -> None:
    """The names of the holder and of the deputy go, in the history too; college and dates stay.

    Published minutes keep who came: they are the council's archives (code du patrimoine, L. 212-1).
    """
    nameless = {"holder_name": "", "deputy_name": ""}
    # Not save(): a history row would say what has just been forgotten.
    Seat.objects.filter(pk=seat.pk).update(**nameless)
    Seat.history.filter(id=seat.pk).update(**nameless)


# --- invitations, journal, mail, sessions ------------------------------------------------------


def expired_invitations(today: datetime.date) -> QuerySet[Invitation]:
    """Invitations never used whose link expired 30 days ago."""
    limit = start_of(days_before(today, INVITATION_DAYS))
    return Invitation.objects.filter(accepted_at__isnull=True, expires_at__lt=limit)


def delete_invitation(invitation: Invitation, today: datetime.date) -> None:
    """The invitation goes, and its history with the address."""
    Invitation.objects.filter(pk=invitation.pk).delete()
    # Last: the deletion leaves a row of history of its own.
    Invitation.history.filter(id=invitation.pk).delete()


def old_accesses(today: datetime.date) -> QuerySet[AccessRecord]:
    """The lines of the journal older than twelve months, up to the first that is not.

    The clock of the database has the last word: its triggers refuse a later day than today.
    """
    limit = start_of(months_before(min(today, timezone.localdate()), JOURNAL_MONTHS))
    kept = AccessRecord.objects.filter(at__gte=limit).order_by("id").values_list("id", flat=True)
    first_kept = kept.first()
    old = AccessRecord.objects.filter(at__lt=limit)
    return old if first_kept is None else old.filter(id__lt=first_kept)


def old_messages(today: datetime.date) -> QuerySet[OutgoingMessage]:
    """Messages that left, or were given up, 30 days ago; with a daily summary go its lines."""
    limit = start_of(days_before(today, MESSAGE_DAYS))
    state = OutgoingMessage.State
    over = OutgoingMessage.objects.exclude(state__in=(state.WAITING, state.LEAVING))
    return over.alias(moved=Coalesce("sent_at", "queued_at")).filter(moved__lt=limit)


def old_tasks(today: datetime.date) -> QuerySet[DBTaskResult]:
    """Tasks of the worker that ended a week ago."""
    limit = start_of(days_before(today, TASK_DAYS))
    return DBTaskResult.objects.finished().filter(finished_at__lt=limit)


def old_submissions(today: datetime.date) -> QuerySet[Submission]:
    """Forms sent before yesterday: no page is open any more to send them again."""
    return Submission.objects.filter(at__lt=start_of(days_before(today, SUBMISSION_DAYS)))


def clear_sessions() -> None:
    """Sessions that ran out go."""
    importlib.import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
