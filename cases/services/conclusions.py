"""The conclusions of a hearing once written: validated, corrected, told to those they are for.

Nothing here changes a validated version: a correction adds another one, which replaces it.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cases import conclusion_policies, policies
from cases.models import Conclusions, Delivery, Hearing, Participation
from cases.services.activity import locked
from governance import journal, letters, mail
from governance.decisions import Refused
from governance.models import Council, Membership, Role
from governance.versions import EditConflict
from governance.viewer import Viewer

_NOTHING_SAID = "Écrivez d’abord ce qui a été dit."


def validate(viewer: Viewer, hearing: Hearing) -> None:
    """Freeze the draft of a hearing that is being concluded, and tell those it is for.

    Refused without a word of what was said. The caller has checked who concludes.
    """
    draft = hearing.draft
    if draft is None or not draft.summary.strip():
        raise Refused(_NOTHING_SAID)
    draft.validated_at = timezone.now()
    draft.validated_by = viewer.user
    draft.save()
    _distribute(viewer, draft)


@transaction.atomic
def correct(
    viewer: Viewer,
    hearing: Hearing,
    *,
    summary: str,
    steps_taken: str,
    correction: str,
    obstacles: Collection[str] = (),
    number: int,
) -> Conclusions:
    """Replace the version `number` by another, validated at once; those it is for are told.

    EditConflict when `number` is replaced already. Refused for anyone but the coordination, without
    a validated version, without what is said and what is corrected, when nothing changes, and once
    only themes may be discussed: nothing more is written about the person.
    """
    situation = locked(hearing.situation)
    policies.can_steer(viewer, situation).enforce()
    if policies.discussion(situation) == Hearing.Naming.THEMES:
        raise Refused("Aide au professionnel : rien ne s’écrit plus sur la personne.")
    versions = {each.number: each for each in hearing.conclusions.all() if each.validated_at}
    if not versions:
        raise Refused("Ce point n’a pas de relevé validé.")
    current = versions[max(versions)]
    if current.number != number:
        raise EditConflict(current, versions.get(number))
    if not summary.strip():
        raise Refused(_NOTHING_SAID)
    if not correction.strip():
        raise Refused("Dites en quelques mots ce qui est corrigé.")
    written = (current.summary, current.steps_taken, set(current.obstacles))
    if written == (summary, steps_taken, set(obstacles)):
        raise Refused("Rien ne change : il n’y a pas de nouvelle version à valider.")
    version = Conclusions(
        hearing=current.hearing,
        number=current.number + 1,
        summary=summary,
        steps_taken=steps_taken,
        correction=correction,
        validated_at=timezone.now(),
        validated_by=viewer.user,
    )
    version.obstacles = tuple(obstacles)
    version.full_clean()
    version.save()
    _distribute(viewer, version)
    return version


@transaction.atomic
def hand_copy(viewer: Viewer, record: Conclusions, membership: Membership) -> None:
    """Note that the viewer takes a copy in PDF, as `membership`: on the list of those who have it,
    and in the journal. Refused for whoever may not (conclusion_policies.can_take_copy)."""
    conclusion_policies.can_take_copy(viewer, record).enforce()
    Delivery.objects.create(conclusions=record, membership=membership, means=Delivery.Means.PDF)
    journal.record(
        viewer.user,
        "export",
        record.hearing.situation,
        council=membership.council,
        reason=f"Relevé en PDF, version {record.number}",
    )


def forget_draft(hearing: Hearing) -> None:
    """What was written before the person refused goes, its history too: it was never shared."""
    draft = hearing.draft
    if draft is not None:
        written = draft.history.all()
        draft.delete()
        written.delete()


def readers(hearing: Hearing) -> QuerySet[Membership]:
    """The partners who may read its conclusions once they are validated: invited to the séance,
    whether they came or not, and still taking part in the situation."""
    return (
        Membership.objects.active()
        .filter(
            role=Role.PARTNER,
            attendances__meeting=hearing.meeting_id,
            participations__situation=hearing.situation_id,
            participations__state__in=Participation.ACTIVE,
        )
        .select_related("user")
        .distinct()
    )


def _distribute(viewer: Viewer, record: Conclusions) -> None:
    """Where the council sends its conclusions, each reader gets a letter: the letter and the day
    of the séance, a link.

    Whoever chose to get no mail is not on the list of those it was sent to.
    """
    hearing = record.hearing
    situation = hearing.situation
    council = situation.council
    if council.record_distribution != Council.Distribution.SENT:
        return
    day = letters.day(timezone.localdate(hearing.meeting.starts_at))
    act = "un relevé corrigé est à lire" if record.number > 1 else "le relevé est à lire"
    for membership in readers(hearing).exclude(user=viewer.user):
        sent = mail.send(
            "conclusions_ready",
            membership.user.email,
            subject=f"{hearing.meeting_code} du {day} : {act}",
            context={
                "letter": hearing.letter,
                "heard_on": day,
                "corrected": "oui" if record.number > 1 else "non",
                "council": council,
                "path": reverse("conclusions", args=[council.code, hearing.meeting_id, hearing.pk]),
            },
            once=f"conclusions:{record.pk}:{membership.pk}",
        )
        if sent:
            Delivery.objects.create(
                conclusions=record, membership=membership, means=Delivery.Means.LETTER
            )
