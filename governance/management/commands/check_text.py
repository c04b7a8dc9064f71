"""Examines texts line by line: for measuring the guard, and for trying it on a corpus."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.anonymity.guard import TooLong, examine


class Command(BaseCommand):
    """manage.py check_text: JSON lines in, JSON lines out (labels: anonymity/spans.py)."""

    help = (
        "Lit sur l’entrée standard des lignes JSON {id, text, known_identity?, directory?} "
        "et écrit {id, spans: [{start, end, label}]}."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--allowed", nargs="*", default=[], help="mots qui ne désignent personne"
        )

    def handle(self, *args: Any, allowed: list[str], **options: Any) -> None:
        for number, line in enumerate(sys.stdin, start=1):
            if line.strip():
                self.stdout.write(json.dumps(self._examined(number, line, allowed)))

    def _examined(self, number: int, line: str, allowed: list[str]) -> dict[str, Any]:
        try:
            asked = json.loads(line)
            spans = examine(
                _text(asked), asked.get("known_identity"), asked.get("directory") or (), allowed
            )
            key = asked["id"]
        except (ValueError, TypeError, KeyError, AttributeError, TooLong) as error:
            raise CommandError(f"Ligne {number} : {type(error).__name__}, {error}") from error
        found = [{"start": s.start, "end": s.end, "label": s.label} for s in spans]
        return {"id": key, "spans": found}


def _text(asked: dict[str, Any]) -> str:
    text = asked["text"]
    if not isinstance(text, str):
        raise TypeError("« text » doit être un texte.")
    return text
