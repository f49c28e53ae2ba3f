"""The rows of the first sheet of an XLSX file.

It is a ZIP of XML files, so a small one can come out enormous: nothing is unpacked before its sizes are known, and no
row before it is known where it ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from . import limits
from .unreadable import Unreadable

_CHUNK = 2**18  # bytes
_END_OF_ROW = re.compile(rb"</(?:[\w.-]+:)?row\s*>|<(?:[\w.-]+:)?row\b[^>]*/>")


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
    with ZipFile(file) as archive:
        for member in archive.infolist():
            _check_size(member)
        if sum(member.file_size for member in archive.infolist() if _is_sheet(member)) > limits.MAX_BYTES_OF_SHEETS:
            raise _too_large()
        if len(archive.infolist()) > limits.MAX_FILES:
            raise _too_large()
        for member in archive.infolist():
            if _is_sheet(member):
                _check_rows(archive, member)
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


def _is_sheet(member: ZipInfo) -> bool:
    return "/worksheets/" in member.filename


def _check_size(member: ZipInfo) -> None:
    # ``ZipFile`` reads no more of a member than is said here.
    if member.file_size > limits.MAX_TIMES_PACKED * max(member.compress_size, 1):
        raise _too_large()
    if _is_sheet(member):
        max_bytes = limits.MAX_BYTES_OF_SHEETS
    elif member.filename.endswith("/sharedStrings.xml"):
        max_bytes = limits.MAX_BYTES_OF_TEXTS
    else:  # pictures, too: a file may call anything a picture and then read it as its sheet
        max_bytes = limits.MAX_BYTES_OF_OTHERS
    if member.file_size > max_bytes:
        raise _too_large()


def _check_rows(archive: ZipFile, member: ZipInfo) -> None:
    """See that no row is so long that it alone fills memory."""
    since = 0  # bytes read since a row ended
    with archive.open(member) as sheet:
        while chunk := sheet.read(_CHUNK):
            ends = [found.end() for found in _END_OF_ROW.finditer(chunk)]
            since = len(chunk) - ends[-1] if ends else since + len(chunk)
            if since > limits.MAX_BYTES_OF_ROW:
                raise _too_large()


def _too_large() -> Unreadable:
    return Unreadable(
        _("This spreadsheet is far too large inside. Copy the columns that matter into a new one, and save that.")
    )
