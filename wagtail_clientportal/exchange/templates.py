"""Files to begin with: the headings that an import knows, and nothing below them."""

import codecs
import csv
import io
from collections.abc import Iterable

import openpyxl

from .columns import Column


def as_csv(columns: Iterable[Column]) -> bytes:
    output = io.StringIO()
    csv.writer(output).writerow([column.name for column in columns])
    # With its mark, for Excel takes a file without one for Windows-1252.
    return codecs.BOM_UTF8 + output.getvalue().encode()


def as_xlsx(columns: Iterable[Column]) -> bytes:
    workbook, output = openpyxl.Workbook(), io.BytesIO()
    workbook.active.append([column.name for column in columns])
    workbook.save(output)
    return output.getvalue()
