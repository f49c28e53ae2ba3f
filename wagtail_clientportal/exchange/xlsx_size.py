"""Will an XLSX file fit into memory? Asked before anything is made of it.

It is a ZIP of XML files, so a small one can come out enormous. openpyxl builds a tree of elements of each, many times
larger than the file, and empties a row of it once that has ended; and it takes for a sheet whatever the archive says is
one. So the sizes are looked at first, and then each file is read through once, with nothing kept of it.
"""

from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _

from . import limits
from .unreadable import Unreadable

_CHUNK = 2**18  # bytes
_ROW, _FORMULA = (f"http://schemas.openxmlformats.org/spreadsheetml/2006/main {tag}" for tag in ("row", "f"))


def check_size(file: BinaryIO) -> None:
    """See that the spreadsheet *file* takes up no more memory than a clinic's would.

    :raises Unreadable: it would.
    :raises ValueError: there is a DTD in it, by which a few words could become many.
    """
    with ZipFile(file) as archive:
        members = archive.infolist()
        for member in members:
            _check_bytes(member)
        if len(members) > limits.MAX_FILES:
            raise _too_large()
        if sum(member.file_size for member in members if _is_sheet(member)) > limits.MAX_BYTES_OF_SHEETS:
            raise _too_large()
        for member in members:
            _check_elements(archive, member)


def _is_sheet(member: ZipInfo) -> bool:
    return "/worksheets/" in member.filename


def _holds_texts(member: ZipInfo) -> bool:
    return member.filename.endswith("/sharedStrings.xml")


def _check_bytes(member: ZipInfo) -> None:
    # ``ZipFile`` reads no more of a member than is said here.
    if member.file_size > limits.MAX_TIMES_PACKED * max(member.compress_size, 1):
        raise _too_large()
    if _is_sheet(member):
        max_bytes = limits.MAX_BYTES_OF_SHEETS
    elif _holds_texts(member):
        max_bytes = limits.MAX_BYTES_OF_TEXTS
    else:  # pictures, too: a file may call anything a picture and then read it as its sheet
        max_bytes = limits.MAX_BYTES_OF_OTHERS
    if member.file_size > max_bytes:
        raise _too_large()


def _check_elements(archive: ZipFile, member: ZipInfo) -> None:
    counted = _Counted(
        limits.MAX_ELEMENTS_OF_TEXTS if _holds_texts(member) else limits.MAX_ELEMENTS,
        limits.MAX_BYTES_BETWEEN_ROWS if _is_sheet(member) else member.file_size,
    )
    with archive.open(member) as xml:
        try:
            while chunk := xml.read(_CHUNK):
                counted.feed(chunk)
        except expat.ExpatError:  # a picture; or it breaks off for openpyxl at the same place
            return


class _Counted:
    """What a tree of an XML file would hold, counted while it is read.

    :param max_elements: how many there may be, but for those in rows.
    :param max_bytes: how many there may be, but for those in rows; with the attributes of rows, which openpyxl keeps.
    """

    def __init__(self, max_elements: int, max_bytes: int):
        self._max_elements, self._max_bytes = max_elements, max_bytes
        self._parser = expat.ParserCreate(namespace_separator=" ", intern={})
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse_dtd
        self._rows = self._elements = self._elements_of_row = 0
        self._open_rows = 0  # a row within a row goes, for a tree, with the outer one
        self._read = self._bytes = 0
        self._since = 0  # where the last row began, or ended
        self._shared_formulas = set()  # which openpyxl keeps, too

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk)
        self._read += len(chunk)
        part = self._read - self._since
        too_long = part > limits.MAX_BYTES_OF_ROW if self._open_rows else self._bytes + part > self._max_bytes
        # A parser keeps each name for good.
        if too_long or len(self._parser.intern) > limits.MAX_NAMES:
            raise _too_large()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _ROW:
            self._open_rows += 1
            if self._open_rows == 1:
                self._rows += 1
                self._elements_of_row = 0
                self._bytes += self._parser.CurrentByteIndex - self._since
                self._since = self._parser.CurrentByteIndex
                self._bytes += sum(len(one) + len(value) for one, value in attributes.items())
        elif name == _FORMULA and attributes.get("t") == "shared":
            self._shared_formulas.add(attributes.get("si"))
        if self._open_rows:
            self._elements_of_row += 1
        else:
            self._elements += 1
        if (
            self._elements > self._max_elements
            or self._elements_of_row > limits.MAX_ELEMENTS_OF_ROW
            or self._rows > limits.MAX_ROWS_OF_SHEET
            or len(self._shared_formulas) > limits.MAX_SHARED_FORMULAS
        ):
            raise _too_large()

    def _end(self, name: str) -> None:
        if name == _ROW:
            self._open_rows -= 1
            if not self._open_rows:
                self._since = self._parser.CurrentByteIndex

    def _refuse_dtd(self, *_parts) -> None:
        raise ValueError("a DTD")


def _too_large() -> Unreadable:
    return Unreadable(
        _("This spreadsheet is far too large inside. Copy the columns that matter into a new one, and save that.")
    )
