"""Draws docs/workflow.md from the tables of cases/workflow.py."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cases.models import Participation
from cases.workflow import PARTICIPATION, WORKFLOWS
from governance import nomenclatures
from governance.models import Minutes, Resolution
from governance.workflow import MINUTES, RESOLUTION, Workflow

# workflow -> the closed list that names its states
STATE_LISTS = {
    "alert": "alert_status",
    "situation": "situation_status",
    "agreement": "consent_state",
    "action_lead": "action_lead_status",
}

HEADING = "# Les états et les actes"
FOREWORD = (
    "Document écrit par `python manage.py workflow_diagram` d’après les tables de "
    "`cases/workflow.py` et `governance/workflow.py` : il se recalcule, il ne se "
    "corrige pas à la main. "
    "Les tables disent quand un acte existe ; `cases/policies.py` dit qui peut le faire."
)


class Command(BaseCommand):
    """Writes the document, or with --check compares it and fails (code 1) when it differs."""

    help = "Dessine docs/workflow.md d’après les tables de cases/workflow.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Comparer sans écrire ; échoue si le fichier diffère.",
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "workflow.md"
        drawn = document()
        if not check:
            path.write_text(drawn, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != drawn:
            raise CommandError(
                "docs/workflow.md ne correspond plus aux tables de cases/workflow.py. "
                "Lancez : python manage.py workflow_diagram"
            )


def document() -> str:
    """The whole of docs/workflow.md."""
    parts = [HEADING, FOREWORD]
    for workflow in WORKFLOWS:
        parts += [f"## {workflow.label}", _diagram(workflow), _table(workflow)]
    return "\n\n".join(parts) + "\n"


def labels(workflow: Workflow) -> dict[str, str]:
    """State -> its French name: of a closed list, or the participation's own."""
    own = {PARTICIPATION: Participation.State, MINUTES: Minutes.State, RESOLUTION: Resolution.State}
    if workflow in own:
        return {str(state): str(label) for state, label in own[workflow].choices}
    return dict(nomenclatures.choices(STATE_LISTS[workflow.name]))


def _label(workflow: Workflow, state: str) -> str:
    return labels(workflow)[state]


def _diagram(workflow: Workflow) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'  state "{_label(workflow, state)}" as {state}' for state in workflow.states]
    lines.append(f"  [*] --> {workflow.start}")
    for transition in workflow.transitions:
        lines += [
            f"  {source} --> {transition.target} : {transition.label}"
            for source in transition.sources
        ]
    lines += [f"  {state} --> [*]" for state in workflow.states if not workflow.acts(state)]
    return "\n".join([*lines, "```"])


def _table(workflow: Workflow) -> str:
    rows = ["| Acte | Depuis | Vers |", "|---|---|---|"]
    for transition in workflow.transitions:
        sources = "<br>".join(_label(workflow, source) for source in transition.sources)
        rows.append(
            f"| {transition.label} (`{transition.name}`) | {sources} "
            f"| {_label(workflow, transition.target)} |"
        )
    return "\n".join(rows)
