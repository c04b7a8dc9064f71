"""An edition on paper: the report (PDF/A-3a, its figures attached) and the slides."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

from governance import pdf
from governance.models import Council, Look
from governance.pdf import Attached
from governance.services.looks import look_of
from reports import alongside, editions, legible, sections
from reports.alongside import Alongside
from reports.legible import Earlier
from reports.models import AnnualReport, ReportFile
from reports.presentation import side_by_side
from reports.published import PublishedFigures

# What the plenary sees, a slide each.
SLIDES = ("situation_type", "origin", "age_band", "venue", "lead_status", "outcome")


def context(report: AnnualReport) -> dict[str, Any]:
    """What the page, the report and the slides say alike, beside last year's edition. Altered for
    an edition that is not what was frozen."""
    beside = alongside.from_json(report.figures)
    return shown(report.council, editions.read(report), beside) | {"report": report}


def shown(council: Council | None, figures: PublishedFigures, beside: Alongside) -> dict[str, Any]:
    """The words and drawings of published figures, frozen or not yet; no `council`: of several."""
    chapters = legible.chapters(figures)
    before = year_before(council, figures) if council else None
    return {
        "council": council,
        "look": look_of(council) if council else None,
        "figures": figures,
        "key_figures": legible.key_figures(figures, beside, before),
        "rounding": legible.rounding(figures),
        "trend": legible.trend(figures),
        "bars_of_years": [year.bar for year in legible.trend(figures)],
        "published_then": legible.published_then(figures, before),
        "chapters": legible.commented(chapters, beside),
        "essential": beside.texts.get(sections.ESSENTIAL, ""),
        "obstacles": _lines(beside.texts.get(sections.OBSTACLES, "")),
        "proposals": _lines(beside.texts.get(sections.PROPOSALS, "")),
        "governance": beside.texts.get(sections.GOVERNANCE, ""),
        "delays": legible.delays(figures),
        "told_delays": [delay for delay in figures.delays if delay.median],
        "sittings": beside.sittings,
        "bodies": legible.bodies(beside),
        "papers": legible.papers_of_bodies(beside),
        "grids": (grids := [legible.grid(cross) for cross in figures.cross_tables]),
        "pairs_of_grids": side_by_side(grids),
    }


def year_before(council: Council, figures: PublishedFigures) -> Earlier | None:
    """The newest published edition of that kind of the year before a single year, if it is still
    what was frozen."""
    if figures.first_year != figures.last_year:
        return None
    last_year = figures.first_year - 1
    report = (
        council.annual_reports.filter(
            edition=figures.edition,
            first_year=last_year,
            last_year=last_year,
            published_at__isnull=False,
        )
        .order_by("number")
        .last()
    )
    if report is None:
        return None
    try:
        return Earlier(editions.read(report), alongside.from_json(report.figures))
    except editions.Altered:
        return None


def _lines(text: str) -> list[str]:
    """What is written one a line, as the form asks."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def as_csv(report: AnnualReport) -> bytes:
    """The published numbers as CSV that spreadsheets open in French (semicolons, UTF-8)."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Tableau", "Réponse", "Croisée avec", "Effectif publié"))
    writer.writerows(legible.lines(editions.read(report)))
    for panel in legible.papers_of_bodies(alongside.from_json(report.figures)):
        for name, *numbers in panel.grid.rows:
            for heading, told in zip(panel.grid.headings[1:], numbers, strict=True):
                writer.writerow((panel.grid.label, name, heading, told))
    return text.getvalue().encode("utf-8-sig")


def report_pdf(report: AnnualReport) -> bytes:
    """The report, A4, PDF/A-3a, its protected figures attached."""
    name = file_name(report, "csv")
    attached = Attached(name, as_csv(report), "Les effectifs publiés dans ce bilan")
    told = context(report)
    return pdf.render_archived("pdf/edition.html", told, [attached], _pictures(told["look"]))


def slides_pdf(report: AnnualReport) -> bytes:
    """A short landscape deck for the plenary."""
    told = context(report)
    charts = {chart.code: chart for chapter, _ in told["chapters"] for chart in chapter.charts}
    return pdf.render(
        "pdf/slides.html",
        told | {"charts": [charts[code] for code in SLIDES if code in charts]},
        _pictures(told["look"]),
    )


def _pictures(look: Look) -> dict[str, bytes]:
    return {"logo.png": bytes(look.logo)} if look.logo is not None else {}


MAKERS: dict[str, Callable[[AnnualReport], bytes]] = {
    ReportFile.Kind.REPORT: report_pdf,
    ReportFile.Kind.SLIDES: slides_pdf,
}


def file_name(report: AnnualReport, ending: str) -> str:
    """The name of a file: council, years, edition and number; nobody."""
    return f"bilan-{report.council.code}-{report.years}-{report.edition}-{report.number}.{ending}"
