"""An edition on paper: the report (PDF/A-3a, its figures attached) and the slides."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from governance import pdf
from governance.models import Council
from governance.pdf import Attached
from reports import alongside, editions, legible, sections
from reports.alongside import Alongside
from reports.models import AnnualReport, ReportFile
from reports.published import PublishedFigures

# What the plenary sees, a slide each.
SLIDES = ("situation_type", "origin", "age_band", "venue", "lead_status", "outcome")


def context(report: AnnualReport, before: PublishedFigures | None = None) -> dict[str, Any]:
    """What the page, the report and the slides say alike, beside last year's edition. Altered for
    an edition that is not what was frozen."""
    beside = alongside.from_json(report.figures)
    return shown(report.council, editions.read(report), beside, before) | {"report": report}


def shown(
    council: Council | None,
    figures: PublishedFigures,
    beside: Alongside,
    before: PublishedFigures | None = None,
) -> dict[str, Any]:
    """The words and drawings of published figures, frozen or not yet; no `council`: of several."""
    chapters = legible.chapters(figures)
    return {
        "council": council,
        "figures": figures,
        "key_figures": legible.key_figures(figures, beside, before),
        "rounding": legible.rounding(figures),
        "trend": legible.trend(figures),
        "bars_of_years": [year.bar for year in legible.trend(figures)],
        "chapters": legible.commented(chapters, beside),
        "essential": beside.texts.get(sections.ESSENTIAL, ""),
        "obstacles": _lines(beside.texts.get(sections.OBSTACLES, "")),
        "proposals": _lines(beside.texts.get(sections.PROPOSALS, "")),
        "governance": beside.texts.get(sections.GOVERNANCE, ""),
        "delays": legible.delays(figures),
        "told_delays": [delay for delay in figures.delays if delay.median],
        "sittings": beside.sittings,
        "bodies": legible.bodies(beside),
        "grids": [legible.grid(cross) for cross in figures.cross_tables],
    }


def _lines(text: str) -> list[str]:
    """What is written one a line, as the form asks."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def as_csv(report: AnnualReport) -> bytes:
    """The published numbers as CSV that spreadsheets open in French (semicolons, UTF-8)."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Tableau", "Réponse", "Croisée avec", "Effectif publié"))
    writer.writerows(legible.lines(editions.read(report)))
    return text.getvalue().encode("utf-8-sig")


def report_pdf(report: AnnualReport) -> bytes:
    """The report, A4, PDF/A-3a, its protected figures attached."""
    name = file_name(report, "csv")
    attached = Attached(name, as_csv(report), "Les effectifs publiés dans ce bilan")
    return pdf.render_archived("pdf/edition.html", context(report), [attached])


def slides_pdf(report: AnnualReport) -> bytes:
    """A short landscape deck for the plenary."""
    told = context(report)
    charts = {chart.code: chart for chapter, _ in told["chapters"] for chart in chapter.charts}
    return pdf.render(
        "pdf/slides.html", told | {"charts": [charts[code] for code in SLIDES if code in charts]}
    )


MAKERS: dict[str, Callable[[AnnualReport], bytes]] = {
    ReportFile.Kind.REPORT: report_pdf,
    ReportFile.Kind.SLIDES: slides_pdf,
}


def file_name(report: AnnualReport, ending: str) -> str:
    """The name of a file: council, years, edition and number; nobody."""
    return f"bilan-{report.council.code}-{report.years}-{report.edition}-{report.number}.{ending}"
