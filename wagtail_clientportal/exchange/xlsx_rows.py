"""The rows of the first sheet of an XLSX file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from . import limits
from .unreadable import Unreadable
from .xlsx_size import check_size


@dataclass(frozen=True)
class NoValue:
    """A cell in which there is something else than a value.

    :param why: a sentence.
    """

    why: str


def xlsx_rows(file: BinaryIO) -> Iterator[list[Any]]:
    """Yield the cells of each row, down to the last that has any: texts without the white space around them, numbers,
    ``bool``, naive ``datetime``, ``time``; "" for an empty one, ``NoValue`` for a formula.

    :raises Unreadable: it is none, or too large to be a clinic's.
    """
    try:
        yield from _rows(file)
    except Unreadable:
        raise
    except Exception as error:  # a broken file makes openpyxl, zlib and the XML parser raise whatever they like
        raise Unreadable(
            _("This file can’t be read as a spreadsheet. Open it in the spreadsheet program, and save it again.")
        ) from error


def _rows(file: BinaryIO) -> Iterator[list[Any]]:
    check_size(file)
    # Formulas as they are, not as they came out when somebody last saved: that may be long ago, or never.
    workbook = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    try:
        sheet = next(one for one in workbook.worksheets if one.sheet_state == "visible")
        sheet.reset_dimensions()  # what the sheet says of its size needn't be so
        # One more than may be, for whoever counts them
        for cells in sheet.iter_rows(max_col=limits.MAX_COLUMNS + 1):
            yield [_value(cell) for cell in cells]
    finally:
        workbook.close()


def _value(cell) -> Any:
    if cell.value is None:
        return ""
    match cell.data_type:
        case "f":
            return NoValue(_("There is a formula in this cell. Copy the column and paste it as values."))
        case "e":
            return NoValue(_("There is an error in this cell: %(error)s") % {"error": cell.value})
        case "s" | "inlineStr" | "str":
            return str(cell.value).replace("\xa0", " ").strip()
    return cell.value
