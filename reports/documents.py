"""The report on paper: an A4 PDF, tagged."""

from django.utils import timezone

from governance import pdf
from governance.colours import DEFAULT_ACCENT
from reports import panels, presentation
from reports.figures import EDITIONS, YearFigures


def as_pdf(figures: YearFigures) -> bytes:
    """The figures as a PDF, made today; marked « usage interne » on every page."""
    return pdf.render(
        "pdf/annual_report.html",
        {
            "figures": figures,
            "accent": DEFAULT_ACCENT,
            "edition": EDITIONS[figures.edition],
            "made_on": timezone.localdate(),
            "key_figures": presentation.key_figures(figures),
            "counters": panels.counters(figures),
            "delays": panels.delays(figures),
            "services": panels.services(figures),
            "bodies": panels.bodies(figures),
            "papers": panels.body_papers(figures.meetings.adopted, figures.meetings.roadmap),
            "trend": presentation.trend(figures),
            "chapters": presentation.chapters(figures),
            "time": presentation.time_chart(figures.time),
            "grids": [presentation.grid(cross) for cross in figures.cross_tables],
        },
    )
