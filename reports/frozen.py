"""Frozen editions stay what they were: their figures against their digest."""

import hashlib
import json
from typing import Any

from reports.models import AnnualReport


def digest(figures: Any) -> str:
    """SHA-256 (hexadecimal) of the canonical JSON of `figures`: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def altered_reports() -> list[AnnualReport]:
    """The frozen editions whose figures are no longer those of their digest."""
    reports = AnnualReport.objects.iterator(chunk_size=100)
    return [report for report in reports if report.digest != digest(report.figures)]
