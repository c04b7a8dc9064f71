"""The gauges that a supervision reads, counted from the database when it asks: any web machine
gives the same. Numbers alone: no council, no person."""

from collections.abc import Iterator

from django.db.models import Count
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from clsm.operations import health
from clsm.version import VERSION
from governance import security_log
from governance.models import Backup, OutgoingMessage


class Gauges:
    """A collector of prometheus-client."""

    def collect(self) -> Iterator[Metric]:
        """The gauges, one query each."""
        yield _labelled("clsm_info", "Version of the program", "version", {VERSION: 1})
        yield _labelled(
            "clsm_mail_messages", "Messages of the outbox, by state", "state", _mail_states()
        )
        yield GaugeMetricFamily(
            "clsm_mail_oldest_seconds",
            "Age of the oldest message due",
            health.oldest_mail_seconds(),
        )
        yield GaugeMetricFamily(
            "clsm_task_oldest_seconds", "Age of the oldest job due", _oldest_task_seconds()
        )
        yield GaugeMetricFamily(
            "clsm_backup_age_seconds", "Age of the last backup; -1 without one", _backup_age()
        )
        yield GaugeMetricFamily(
            "clsm_sign_ins_refused",
            "Sign-ins refused in this hour and the one before",
            security_log.sign_ins_refused(),
        )


def exposition() -> bytes:
    """The gauges in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(Gauges())
    return generate_latest(registry)


def _labelled(name: str, about: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _mail_states() -> dict[str, int]:
    counted = OutgoingMessage.objects.values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(OutgoingMessage.State.values, 0) | dict(counted)


def _oldest_task_seconds() -> float:
    due = DBTaskResult.objects.ready().order_by("enqueued_at")
    enqueued = due.values_list("enqueued_at", flat=True).first()
    return (timezone.now() - enqueued).total_seconds() if enqueued else 0.0


def _backup_age() -> float:
    made = Backup.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    return (timezone.now() - made).total_seconds() if made else -1.0
