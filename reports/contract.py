"""The figures as `annual_report --format json` writes them; extended, never changed."""

from dataclasses import asdict
from typing import Any

from reports.figures import Highlight, Row, YearFigures


def as_contract(figures: YearFigures) -> dict[str, Any]:
    """The figures as the JSON of `annual_report --format json` holds them."""
    return {
        "council": figures.council_code,
        "from": figures.first_year,
        "to": figures.last_year,
        "edition": figures.edition,
        "situations": figures.situations,
        "per_year": {str(year): value for year, value in figures.per_year.items()},
        "trend": {str(year): value for year, value in figures.trend.items()},
        "counters": [_highlight(counter) for counter in figures.counters],
        "highlights": [_highlight(highlight) for highlight in figures.highlights],
        "tables": [
            {
                "code": table.code,
                "label": table.label,
                "definition": table.definition,
                "unit": table.unit,
                "base": table.base,
                "multiple": table.multiple,
                "answers": table.answers,
                "rows": [_row(row) for row in table.rows],
            }
            for table in figures.tables
        ],
        "cross_tables": [
            {
                "code": cross.code,
                "label": cross.label,
                "row_codes": [list(row.codes) for row in cross.rows.rows],
                "column_codes": [list(column.codes) for column in cross.columns.rows],
                "cells": [[{"value": value} for value in line] for line in cross.cells],
            }
            for cross in figures.cross_tables
        ],
        "delays": [asdict(delay) for delay in figures.delays],
        "time": {
            "base": figures.time.base,
            "minutes": figures.time.minutes,
            "median": figures.time.median,
            "rows": [_row(row) for row in figures.time.rows],
        },
        "meetings": {
            "sittings": figures.meetings.sittings,
            "services": [asdict(service) for service in figures.meetings.services],
            "bodies": [
                {
                    "kind": body.kind,
                    "name": body.name,
                    "held": body.held,
                    "colleges": [asdict(college) for college in body.colleges],
                }
                for body in figures.meetings.bodies
            ],
        },
        "governance": {
            "adopted": [asdict(kind) for kind in figures.meetings.adopted],
            "roadmap": [asdict(axis) for axis in figures.meetings.roadmap],
        },
    }


def _highlight(highlight: Highlight) -> dict[str, Any]:
    return {"code": highlight.code, "label": highlight.label, "value": highlight.value}


def _row(row: Row) -> dict[str, Any]:
    return {"codes": list(row.codes), "label": row.label, "value": row.value}
