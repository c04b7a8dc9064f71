"""The first sheet of a workbook, read in a process of its own: `python worksheet.py < FILE`.

calamine lays a sheet out whole in memory: one stray cell in the last corner of a sheet asks for
512 GB and aborts the process. Here that process is not the server's, and its memory is bounded.
Writes the rows to standard output, as JSON lists of texts; ends with an error for an unreadable
workbook. Imported by nobody: it knows neither Django nor the project.
"""

import datetime
import io
import json
import resource
import sys

from python_calamine import CalamineWorkbook

MEMORY = 1024**3
SECONDS = 50  # of work; who waits for this process stops waiting after 60
ROWS = 50_002  # the headings, as many rows as are accepted, and one that says there are more


def text(cell: object) -> str:
    """What a cell shows: dates as 2016-01-09, whole numbers without decimals."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it reads one stream and writes another
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=ROWS)
    json.dump([[text(cell) for cell in row] for row in rows], sys.stdout)


if __name__ == "__main__":
    main()
