"""A table that somebody keeps in a spreadsheet, CSV, XLSX or ODS, read as lines of text."""

import csv
import io
import json
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_MEMBERS = 1000
_WORKSHEET = Path(__file__).with_name("worksheet.py")
_SECONDS = 60
# Workbooks are archives; how the name of a member that only this format has begins.
_MARKS = {".xlsx": "xl/", ".ods": "content.xml"}


class FileRefused(Exception):
    """The file as a whole cannot be taken; the message is French and says what to do."""


@dataclass(frozen=True)
class Line:
    """One row: its number in the file, its cells in the order of the headings."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TableFile:
    """What was read: the headings as written, the rows that are not empty; perhaps neither."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    delimiter: str = ";"
    encoding: str = "utf-8-sig"


def fold(text: str) -> str:
    """`text` without case, accents, doubled spaces or typographic marks, to compare what people
    type."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("–", "-").casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def read_table(content: bytes, file_name: str) -> TableFile:
    """The table in the file `file_name`, of which `content` are the bytes.

    Its content says its format; its name must say the same. FileRefused for another format, an
    unreadable file, one beyond 5 MB, a workbook beyond 100 MB once unpacked.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused("Le fichier dépasse 5 Mo : importez-le en plusieurs fois.")
    extension = Path(file_name).suffix.casefold()
    if extension not in (".csv", *_MARKS):
        raise FileRefused("Le fichier doit être un CSV, un XLSX ou un ODS.")
    if extension != _extension(content):
        raise FileRefused(
            "Le contenu de ce fichier n’est pas du format qu’annonce son nom : ouvrez-le dans "
            "votre tableur et enregistrez-le de nouveau, sans mot de passe, en CSV, XLSX ou ODS."
        )
    if extension == ".csv":
        return _read_csv(content)
    return _table(enumerate(_worksheet(content), start=1))


def _extension(content: bytes) -> str:
    """What the content is: ".xlsx", ".ods", ".csv" for anything that is no archive, or "".

    FileRefused for an archive that unpacks beyond measure.
    """
    if not content.startswith(b"PK\x03\x04"):
        return ".csv"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
        raise FileRefused(
            "Ce classeur est démesuré une fois ouvert : copiez le tableau seul dans un nouveau "
            "classeur, ou enregistrez-le en CSV."
        )
    for extension, mark in _MARKS.items():
        if any(member.filename.startswith(mark) for member in members):
            return extension
    return ""


def _read_csv(content: bytes) -> TableFile:
    text, encoding = _decoded(content)
    first_line = text.partition("\n")[0]
    delimiter = max(",;", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = []
        start = 1
        for cells in reader:
            rows.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error:
        raise FileRefused(
            f"Le CSV est illisible à partir de la ligne {start} : un guillemet y est mal fermé."
        ) from None
    return _table(rows, delimiter, encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and the encoding in which to answer: with a mark unless it came without one."""
    if b"\0" in content:
        raise FileRefused("Ce fichier n’est pas un CSV en UTF-8 ou en Windows-1252.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return content.decode("cp1252"), "utf-8-sig"
        except UnicodeDecodeError:
            raise FileRefused("Ce fichier n’est pas un CSV en UTF-8 ou en Windows-1252.") from None
    if text.startswith("\ufeff"):
        return text[1:], "utf-8-sig"
    return text, "utf-8"


def _worksheet(content: bytes) -> list[list[str]]:
    command = [sys.executable, str(_WORKSHEET)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the file goes to its input
            command, input=content, capture_output=True, timeout=_SECONDS, check=True
        )
    except subprocess.SubprocessError:
        raise FileRefused(
            "Ce classeur est illisible, ou sa première feuille est démesurée : "
            "copiez le tableau seul dans un nouveau classeur, ou enregistrez-le en CSV."
        ) from None
    rows: list[list[str]] = json.loads(done.stdout)
    return rows


def _table(
    rows: Iterable[tuple[int, Sequence[str]]], delimiter: str = ";", encoding: str = "utf-8-sig"
) -> TableFile:
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        return TableFile((), (), delimiter, encoding)
    headings = _without_empty_end(filled[0][1])
    lines = [Line(number, _without_empty_end(cells, headings)) for number, cells in filled[1:]]
    return TableFile(headings, tuple(lines), delimiter, encoding)


def _without_empty_end(cells: Sequence[str], headings: Sequence[str] = ()) -> tuple[str, ...]:
    """`cells` less the empty ones that a spreadsheet adds at the end, beyond the headings."""
    length = len(cells)
    while length > len(headings) and not cells[length - 1]:
        length -= 1
    return tuple(cells[:length])


def columns_named(
    headings: Sequence[str], expected: Mapping[str, str], *, optional: Sequence[str] = ()
) -> tuple[str, ...]:
    """The column code of each heading; `expected`: code -> French label, either may be written.

    FileRefused for an unknown heading, and for a column that is there twice or, unless it is
    `optional`, missing.
    """
    known = {fold(label): code for code, label in expected.items()}
    known |= {code: code for code in expected}
    columns = [known.get(fold(heading)) for heading in headings]
    wrong = []
    for heading, column in zip(headings, columns, strict=True):
        if column is None:
            wrong.append(f"la colonne « {heading or 'sans titre'} » est inconnue")
    for code, label in expected.items():
        if columns.count(code) == 0 and code not in optional:
            wrong.append(f"il manque la colonne « {code} » ({label})")
        if columns.count(code) > 1:
            wrong.append(f"la colonne « {code} » est présente deux fois")
    if wrong:
        needed = ", ".join(code for code in expected if code not in optional)
        raise FileRefused(
            f"Les colonnes ne conviennent pas : {' ; '.join(wrong)}. Colonnes attendues : {needed}."
        )
    return tuple(column for column in columns if column)
