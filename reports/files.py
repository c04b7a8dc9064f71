"""The documents of an edition, made by the worker: asked for once, whole or not at all."""

import datetime
import logging
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from reports import editions, papers
from reports.models import AnnualReport, ReportFile

logger = logging.getLogger(__name__)

READY, WAITING, FAILED, NONE = "ready", "waiting", "failed", "none"
# A worker that has not written a document by then has lost it.
LOST_AFTER = datetime.timedelta(minutes=10)


def content(report: AnnualReport, kind: str) -> bytes | None:
    """The whole document, or None while there is none."""
    kept = report.files.filter(kind=kind, content__isnull=False).first()
    return bytes(kept.content) if kept and kept.content else None


def state(report: AnnualReport, kind: str) -> str:
    """READY, WAITING, FAILED (or lost by the worker), or NONE: nobody asked for it."""
    file = (
        report.files.filter(kind=kind)
        .annotate(is_ready=Q(content__isnull=False))
        .defer("content")
        .first()
    )
    if file is None:
        return NONE
    if file.is_ready:
        return READY
    late = timezone.now() - file.asked_at > LOST_AFTER
    return FAILED if file.failed or late else WAITING


@transaction.atomic
def ask(report: AnnualReport, kind: str) -> None:
    """Have the worker make the document, once this is committed; nothing when it is there."""
    file, _ = ReportFile.objects.select_for_update().get_or_create(report=report, kind=kind)
    if file.content:
        return
    file.failed = False
    file.save()
    transaction.on_commit(lambda: _enqueue(file.pk), robust=True)


def _enqueue(key: UUID) -> None:
    make.enqueue(str(key))


@task()
def make(key: str) -> None:
    """The worker's task: the document is stored in one write, or marked as failed."""
    file = ReportFile.objects.select_related("report__council").get(pk=key)
    if file.content:
        return
    this = ReportFile.objects.filter(pk=file.pk)
    try:
        made = papers.MAKERS[file.kind](file.report)
    except (editions.Altered, ValueError, OSError) as failure:
        logger.error("report document failed: %s", type(failure).__name__)
        this.update(failed=True)
        raise
    this.update(content=made, failed=False)
