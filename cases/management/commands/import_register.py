"""`manage.py import_register`: a CLSM's register becomes its situations, all of it or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.services import register
from governance.models import Council

MOST_PROBLEMS = 200


class Command(BaseCommand):
    help = (
        "Importer le registre d’un conseil (CSV, XLSX, ODS). Rien n’est enregistré tant qu’une "
        "ligne est refusée, sauf avec --skip-bad."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER")
        parser.add_argument("--council", required=True, metavar="CODE", help="Code du conseil")
        parser.add_argument(
            "--skip-bad",
            metavar="REFUS.csv",
            help="Importer les bonnes lignes, écrire les autres et leur motif dans ce fichier",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        council = _council(options["council"])
        file = Path(options["file"])
        skip_bad = Path(options["skip_bad"]) if options["skip_bad"] else None
        if skip_bad and skip_bad.resolve() == file.resolve():
            raise CommandError("Les lignes refusées ne peuvent remplacer le fichier lui-même.")
        try:
            content = register.read(file.read_bytes(), file.name)
            preview = register.check(content, council)
            if skip_bad:
                skip_bad.write_text(register.refused_rows(content, preview), content.encoding)
                refused = len(preview.refused_lines)
                preview = preview.good_rows_only()
            elif preview.problems:
                raise CommandError(_listed(preview.problems))
            situations = register.store(preview, council, by=None)
        except register.RegisterRefused as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"Impossible d’ouvrir « {error.filename} ».") from None
        self.stdout.write(
            f"{len(situations)} situations importées dans {council.name} : "
            f"de {situations[0].code} à {situations[-1].code}."
        )
        if skip_bad:
            self.stdout.write(f"{refused} ligne(s) refusée(s) : {skip_bad}")


def _council(code: str) -> Council:
    try:
        return Council.objects.get(code=code)
    except Council.DoesNotExist:
        known = ", ".join(Council.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(
            f"Aucun conseil de code {code}. Conseils : {known or 'aucun'}."
        ) from None


def _listed(problems: tuple[register.Problem, ...]) -> str:
    lines = [
        f"Rien n’est importé : {len(problems)} problème(s).",
        *map(str, problems[:MOST_PROBLEMS]),
    ]
    if len(problems) > MOST_PROBLEMS:
        lines.append(f"… et {len(problems) - MOST_PROBLEMS} autres.")
    return "\n".join(lines)
