"""A file that is no clinic's table is refused with a sentence, in bounded memory, and nothing of it is imported."""

import io
import random
import tracemalloc
import zipfile

import pytest
from django.core.management import CommandError, call_command

from wagtail_clientportal.exchange import limits
from wagtail_clientportal.models import Client

from .conftest import xlsx

pytestmark = pytest.mark.django_db

HEADINGS = "external_ref,first_name,last_name\n"
SHEET = "xl/worksheets/sheet1.xml"
NO_TABLE = "This isn’t a table that can be read."
TOO_LARGE = "This spreadsheet is far too large inside."


def with_member(name, parts):
    """A spreadsheet in which one file is made of these pieces."""
    output, good = io.BytesIO(), zipfile.ZipFile(io.BytesIO(xlsx([["external_ref"]])))
    with good, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as made:
        for member in good.namelist():
            if member != name:
                made.writestr(member, good.read(member))
        with made.open(name, "w", force_zip64=True) as file:
            for part in parts:
                file.write(part.encode() if isinstance(part, str) else part)
    return output.getvalue()


def sheet_of(parts):
    yield b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    yield from parts
    yield b"</sheetData></worksheet>"


def of_parts(part, number, before="", after=""):
    """A spreadsheet whose sheet is so many parts, each with its number in it, so that it can't be packed as tightly."""
    parts = map(part.format, range(number))
    return with_member(SHEET, sheet_of(["".join((before, *parts, after))]))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The first row is empty."),
        (b"\n\nA1,Ann,Other\n", "The first row is empty."),
        (HEADINGS.encode() + b"\0" * 100_000, NO_TABLE),
        (b"\0" * 100_000, NO_TABLE),
        (b"\xff\xfe\x00", NO_TABLE),
        (HEADINGS.encode() + b"A1,Zo\x81,M\n", NO_TABLE),  # means nothing in Windows-1252, nor in UTF-8
        (
            HEADINGS.encode() + b'A1,"Ann,Other\n' + b"A2,Ann,Other\n" * 9_000,
            "Row 2 holds a text of more than 2000 characters.",
        ),
        (b"x" * 200_000, NO_TABLE),
        (",".join(f"column {number}" for number in range(1000)).encode(), "There are more than 100 columns."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 1000, "This is an old or a locked Excel file."),
        (b"PK\x03\x04" + b"x" * 1000, "This file can’t be read as a spreadsheet."),
        (b"%PDF-1.7 nothing here", "A column is missing: external_ref, first_name, last_name."),
        (b"external_ref,First name,first_name,last_name\n", "Two columns have a heading for “first_name”."),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else f"{len(value)} bytes",
)
def test_no_table_is_refused_with_a_sentence(import_file, content, told):
    said = import_file(content, "clients")
    assert told in said.err and not said.ended_well
    assert not Client.objects.exists()


def test_a_file_that_is_too_large_is_refused_unread(import_file):
    said = import_file(HEADINGS.encode() + b"\n" * (limits.MAX_BYTES + 1), "clients")
    assert "The file is larger than 50 MB." in said.err


def test_of_more_rows_than_any_clinic_has_the_first_are_imported_and_the_rest_is_said_to_be_too_much(import_file):
    said = import_file(HEADINGS + "A1,Ann,Other\n" + "\n" * limits.MAX_ROWS, "clients")
    assert "There are more than 500000 rows." in said.err


@pytest.mark.parametrize(
    "content",
    [
        # 10 GB of one row would take a minute to make; this is what decides.
        pytest.param(lambda: with_member(SHEET, sheet_of([b"<row>" + b"<c/>" * 10_000_000 + b"</row>"])), id="a-row"),
        pytest.param(lambda: with_member(SHEET, sheet_of([b"<row></row>" * 2**17] * 70)), id="packed"),
        pytest.param(lambda: with_member("xl/sharedStrings.xml", [b"<t>" * 2**20] * 40), id="texts"),
        pytest.param(
            lambda: with_member("xl/media/sheet1.xml", [random.randbytes(6 * 2**20)]), id="said-to-be-a-picture"
        ),
        pytest.param(lambda: with_member("xl/styles.xml", [b"<a/>" * 2**20] * 10), id="styles"),
        pytest.param(lambda: of_parts("<row>{}<c>", 400_000), id="no-end"),
        pytest.param(lambda: of_parts('<c r="{}"/><row/>', 200_000, "<row>", "</row>"), id="rows-in-a-row"),
        pytest.param(
            lambda: of_parts('<c r="{}"/><!--</row>-->', 200_000, "<row>", "</row>"), id="an-end-in-a-comment"
        ),
        pytest.param(lambda: of_parts('<row/><x y="{}"/>', 200_000), id="between-rows"),
        pytest.param(lambda: of_parts("<row><a{}/></row>", 100_000), id="names"),
        pytest.param(
            lambda: of_parts('<row><c><f t="shared" si="{}">1+1</f></c></row>', 20_000), id="formulas-that-are-kept"
        ),
    ],
)
def test_a_spreadsheet_that_comes_out_enormous_is_refused_before_it_does(import_file, content):
    made = content()
    tracemalloc.start()
    try:
        said = import_file(made, "clients")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert TOO_LARGE in said.err
    assert peak < len(made) + 20 * 2**20


@pytest.mark.parametrize(
    ("limit", "content"),
    [
        ("MAX_ROWS_OF_SHEET", lambda number: of_parts('<row r="{}"/>', number)),
        ("MAX_BYTES_BETWEEN_ROWS", lambda number: of_parts("<row/>{}", number)),
        ("MAX_BYTES_BETWEEN_ROWS", lambda number: of_parts('<row ht="{}"/>', number)),
        ("MAX_ELEMENTS_OF_TEXTS", lambda number: with_member("xl/sharedStrings.xml", ["<sst>", *["<si/>"] * number])),
    ],
)
def test_what_stays_of_a_sheet_that_was_read_is_limited(import_file, monkeypatch, limit, content):
    monkeypatch.setattr(limits, limit, 1_000)
    assert TOO_LARGE not in import_file(content(10), "clients").err
    assert TOO_LARGE in import_file(content(1_100), "clients").err


def test_all_sheets_together_are_no_larger_than_one_may_be(import_file, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES_OF_SHEETS", 2**20)
    rows = b"".join(b"<row>%d</row>" % number for number in range(40_000))
    one_more = io.BytesIO(with_member("xl/worksheets/sheet2.xml", [rows]))
    assert TOO_LARGE not in import_file(one_more.getvalue(), "clients").err
    with zipfile.ZipFile(one_more, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet3.xml", rows)
    assert TOO_LARGE in import_file(one_more.getvalue(), "clients").err


def test_a_row_of_text_that_goes_on_from_line_to_line_without_end_is_refused_before_it_fills_memory(import_file):
    content = f"{HEADINGS}A1,Ann,Other\n" + '"\n",' * 10**6
    tracemalloc.start()
    try:
        said = import_file(content, "clients")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert NO_TABLE in said.err
    assert peak < len(content) + 10 * 2**20


def test_a_sheet_that_says_that_its_row_is_the_billionth_ends(import_file):
    rows = [b'<row r="1"><c r="A1" t="inlineStr"><is><t>external_ref</t></is></c>']
    for number, heading in enumerate(("first_name", "last_name")):
        rows.append(f'<c r="{"BC"[number]}1" t="inlineStr"><is><t>{heading}</t></is></c>'.encode())
    rows.append(b'</row><row r="1000000000"><c r="A1000000000"><v>1</v></c></row>')
    assert "There are more than 500000 rows." in import_file(with_member(SHEET, sheet_of(rows)), "clients").err


def test_entities_are_not_expanded(import_file):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' + b"".join(
        sheet_of([b"<row><c><v>&b;</v></c></row>"])
    )
    assert "This file can’t be read as a spreadsheet." in import_file(with_member(SHEET, [bomb]), "clients").err


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(CommandError, match=r"nowhere\.csv can’t be read: No such file"):
        call_command("clientportal_import", "/nowhere.csv", kind="clients")
