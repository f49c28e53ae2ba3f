"""A table that another program wrote, read row by row: never more than a row of it is in memory at a time."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from .csv_rows import csv_rows
from .limits import MAX_BYTES, MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS
from .unreadable import Unreadable
from .xlsx_rows import xlsx_rows

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password


@dataclass(frozen=True)
class Row:
    """A row that isn't empty.

    :param number: as a spreadsheet counts; the row of the headings is 1.
    :param cells: as many as there are headings; what ``csv_rows`` and ``xlsx_rows`` say, "" for an empty one.
    """

    number: int
    cells: list[Any]


@dataclass(frozen=True)
class Table:
    """:param headings: what stands in the first row, as text."""

    headings: list[str]
    rows: Iterator[Row]


@contextmanager
def open_table(file: BinaryIO) -> Iterator[Table]:
    """Read a CSV or XLSX file, which stays open.

    :raises Unreadable: also while rows are read.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > MAX_BYTES:
        raise Unreadable(
            _("The file is larger than %(most)d MB. Split it, and import one part after the other.")
            % {"most": MAX_BYTES // 2**20}
        )
    begins = file.read(4)
    file.seek(0)
    if begins == _OLD_OFFICE:
        raise Unreadable(
            _("This is an old or a locked Excel file. Save it as “Excel workbook (.xlsx)”, without a password.")
        )
    with closing(xlsx_rows(file) if begins == _ZIP else csv_rows(file)) as rows:
        headings = _headings(next(rows, []))
        yield Table(headings, _rows(enumerate(rows, 2), len(headings)))


def _headings(cells: list[Any]) -> list[str]:
    # In one line each: a browser sends the line breaks within a choice back as others.
    headings = [" ".join(str(cell).split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise Unreadable(_("The first row is empty. It has to hold the headings of the columns."))
    if len(headings) > MAX_COLUMNS:
        raise Unreadable(
            _("There are more than %(most)d columns. Keep those that are to be imported.") % {"most": MAX_COLUMNS}
        )
    return headings


def _rows(rows: Iterator[tuple[int, list[Any]]], width: int) -> Iterator[Row]:
    for number, cells in rows:
        if number > MAX_ROWS + 1:
            raise Unreadable(
                _("There are more than %(most)d rows. Split the file, and import one part after the other.")
                % {"most": MAX_ROWS}
            )
        cells = cells[:width]
        if any(isinstance(cell, str) and len(cell) > MAX_CHARACTERS for cell in cells):
            raise Unreadable(
                _("Row %(row)d holds a text of more than %(most)d characters. Is a quotation mark missing?")
                % {"row": number, "most": MAX_CHARACTERS}
            )
        if any(cell != "" for cell in cells):
            yield Row(number, cells + [""] * (width - len(cells)))
