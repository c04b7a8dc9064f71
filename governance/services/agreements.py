"""The founding agreement, written by the coordination; what its term asks for."""

import datetime

from django.db import transaction

from governance.models import Agreement, Council, Signatory
from governance.models.agreements import RENEWAL_NOTICE_MONTHS
from governance.policies import can_coordinate
from governance.terms import months_after
from governance.viewer import Viewer


@transaction.atomic
def write(viewer: Viewer, agreement: Agreement) -> None:
    """Write down an agreement. ValidationError (French) for an end before its start."""
    can_coordinate(viewer, agreement.council).enforce()
    agreement.full_clean()
    agreement.save()


@transaction.atomic
def write_signatory(viewer: Viewer, signatory: Signatory) -> None:
    """Write down a signatory. ValidationError (French) for an institution already there."""
    can_coordinate(viewer, signatory.agreement.council).enforce()
    signatory.full_clean()
    signatory.save()


@transaction.atomic
def strike_signatory(viewer: Viewer, signatory: Signatory) -> None:
    """Strike out a signatory; the history keeps them."""
    can_coordinate(viewer, signatory.agreement.council).enforce()
    signatory.delete()


def in_force(council: Council, today: datetime.date) -> Agreement | None:
    """The agreement that holds today; the last one to begin, of several."""
    begun = council.agreements.filter(start__lte=today).order_by("-start")
    return next((each for each in begun if _holds(each, today)), None)


def pressing(council: Council, today: datetime.date) -> str:
    """What the term of the last agreement to begin asks for, in French; empty when nothing does."""
    begun = council.agreements.filter(start__lte=today).order_by("-start").first()
    return warning(begun, today) if begun else ""


def warning(agreement: Agreement, today: datetime.date) -> str:
    """What is said of its term, in French; empty while nothing presses or another one follows."""
    if agreement.end is None or agreement.council.agreements.filter(start__gt=agreement.start):
        return ""
    end = f"{agreement.end:%d/%m/%Y}"
    if agreement.end < today:
        if agreement.tacit_renewal:
            return f"Le terme est passé depuis le {end}\u00a0: la convention est reconduite."
        return f"La convention a pris fin le {end}\u00a0: plus rien ne lie ses signataires."
    if months_after(today, RENEWAL_NOTICE_MONTHS) < agreement.end:
        return ""
    if agreement.tacit_renewal:
        return f"Elle sera reconduite le {end}, sauf si un signataire la dénonce avant."
    return (
        f"Elle prend fin le {end}\u00a0: préparez la suivante, chaque signataire doit en délibérer."
    )


def _holds(agreement: Agreement, today: datetime.date) -> bool:
    return agreement.end is None or agreement.end >= today or agreement.tacit_renewal
