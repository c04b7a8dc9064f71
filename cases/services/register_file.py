"""A register's file, turned into lines under the register's columns; no meaning yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from cases.services.register_columns import COLUMNS
from governance.table_file import FileRefused, Line, columns_named, read_table

MOST_LINES = 50_000
REASON_COLUMN = "motif"  # added to the refused rows; a corrected file may still have it


class RegisterRefused(Exception):
    """The register as a whole cannot be taken; the message is French and says what to do."""


@dataclass(frozen=True)
class Register:
    """What was read: the headings as written, the columns they name, the rows; less `motif`."""

    headings: tuple[str, ...]
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    delimiter: str = ";"
    encoding: str = "utf-8-sig"


def read(content: bytes, file_name: str) -> Register:
    """The register in the file `file_name`, of which `content` are the bytes.

    RegisterRefused for what `read_table` refuses, beyond 50,000 rows, or for columns that are
    missing, unknown or there twice.
    """
    labels = {column.code: column.label for column in COLUMNS} | {REASON_COLUMN: REASON_COLUMN}
    try:
        table = read_table(content, file_name)
        if len(table.lines) > MOST_LINES:
            raise FileRefused("Le fichier dépasse 50 000 lignes : importez-le en plusieurs fois.")
        if not table.lines:
            raise FileRefused("Le fichier ne contient aucune situation.")
        columns = columns_named(table.headings, labels, optional=(REASON_COLUMN,))
    except FileRefused as refusal:
        raise RegisterRefused(str(refusal)) from None
    left_out = {rank for rank, column in enumerate(columns) if column == REASON_COLUMN}

    def less(cells: Sequence[str]) -> tuple[str, ...]:
        return tuple(cell for rank, cell in enumerate(cells) if rank not in left_out)

    lines = tuple(Line(line.number, less(line.cells)) for line in table.lines)
    return Register(less(table.headings), less(columns), lines, table.delimiter, table.encoding)
