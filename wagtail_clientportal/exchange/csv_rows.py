"""The rows of a CSV file, whichever program wrote it."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext as _

from .limits import MAX_CHARACTERS_OF_ROW
from .unreadable import Unreadable

_CHUNK = 2**16  # bytes
_DELIMITERS = ",;\t"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Western Windows; Excel saves "CSV" so. It has no meaning for five bytes.
_WINDOWS = "cp1252"


def csv_rows(file: BinaryIO) -> Iterator[list[str]]:
    """Yield each row's cells, without the white space around them; an empty row is yielded, too.

    The encoding is what the file says that it is, else UTF-8, else Windows-1252. Cells are parted by what stands most
    often in the first line: a comma, a semicolon or a tab.

    :raises Unreadable: it isn't a table in text.
    """
    text = io.TextIOWrapper(file, encoding=_encoding(file), newline="")
    try:
        lines = _Lines(text)
        first = next(lines, "")
        delimiter = max(_DELIMITERS, key=_outside_quotes(first).count)
        for cells in csv.reader(chain([first], lines), delimiter=delimiter):
            lines.taken = 0
            yield [cell.replace("\xa0", " ").strip() for cell in cells]
    except (csv.Error, UnicodeError) as error:
        raise _no_table() from error
    finally:
        text.detach()  # whoever opened the file closes it


def _encoding(file: BinaryIO) -> str:
    start = file.read(4)
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            file.seek(0)
            return encoding
    file.seek(0)
    decoder, encoding = codecs.getincrementaldecoder("utf-8")(), "utf-8"
    while chunk := file.read(_CHUNK):
        if b"\0" in chunk:
            raise _no_table()
        if encoding == "utf-8":
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                encoding = _WINDOWS
    file.seek(0)
    return encoding


class _Lines:
    """The lines of *text*, as long as a row ends in time: between quotation marks it goes on from line to line.

    ``taken`` is how many characters the row has had so far; whoever has read a row sets it back.
    """

    def __init__(self, text: io.TextIOWrapper):
        self._text, self.taken = text, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_CHARACTERS_OF_ROW + 1)
        if not line:
            raise StopIteration
        self.taken += len(line)
        if self.taken > MAX_CHARACTERS_OF_ROW or "\0" in line:
            raise _no_table()
        return line


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _no_table() -> Unreadable:
    return Unreadable(
        _("This isn’t a table that can be read. Save it from the spreadsheet as “CSV UTF-8” or as “.xlsx”.")
    )
