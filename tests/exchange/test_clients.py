"""Clients come in from CSV and XLSX files of any program, and as often as one likes."""

from datetime import date, datetime

import pytest

from tests.factories import make_client
from wagtail_clientportal.models import Client
from wagtail_clientportal.practice.models import ClientLogEntry

pytestmark = pytest.mark.django_db

HEADINGS = "external_ref,first_name,last_name,email,mobile,date_of_birth,postcode\n"
ZOE = "A1,Zoë,Müller,zoe@example.org,07700 900111,09/12/1956,SW1A 1AA\n"


def zoe():
    return Client.objects.get(external_ref="A1")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_file_is_read_whatever_its_encoding_and_delimiter(import_file, encoding, delimiter):
    said = import_file((HEADINGS + ZOE).replace(",", delimiter).encode(encoding), "clients")
    assert said.counts == (1, 0, 0, 0) and said.ended_well
    assert zoe().full_name == "Zoë Müller"
    assert zoe().date_of_birth == date(1956, 12, 9)


def test_a_spreadsheet_is_read_with_its_dates_numbers_and_truths(import_file):
    rows = [
        ["External reference", "First name", "Surname", "DOB", "Postcode", "Portal access"],
        [1027, "Zoë", "Müller", datetime(1956, 12, 9), 10115, False],
        [None, None, None, None, None, None],
        [1028.0, "Ann", "Other", "9 Dec 1956", "N1 9GU", "yes"],
    ]
    assert import_file(rows, "clients").counts == (2, 0, 0, 0)
    zoe = Client.objects.get(external_ref="1027")
    assert (zoe.date_of_birth, zoe.postcode, zoe.portal_access) == (date(1956, 12, 9), "10115", False)
    assert Client.objects.get(external_ref="1028").portal_access


def test_imported_again_a_file_changes_what_differs_and_nothing_else(import_file):
    import_file(HEADINGS + ZOE, "clients")
    assert import_file(HEADINGS + ZOE, "clients").counts == (0, 0, 1, 0)
    assert import_file(HEADINGS + ZOE.replace("zoe@", "z@"), "clients").counts == (0, 1, 0, 0)
    assert zoe().email == "z@example.org" and zoe().email_key == "z@example.org"
    assert Client.objects.count() == 1


def test_an_empty_cell_and_a_column_that_is_missing_leave_what_stands(import_file):
    import_file(HEADINGS + ZOE, "clients")
    Client.objects.update(sms_opt_in=False)
    assert import_file(HEADINGS + "A1,Zoë,Müller,,,,\n", "clients").counts == (0, 0, 1, 0)
    assert zoe().email == "zoe@example.org" and not zoe().sms_opt_in


def test_a_dry_run_says_what_would_be_done_and_does_nothing(import_file):
    make_client(external_ref="A2", first_name="Old")
    said = import_file(HEADINGS + ZOE + "A2,New,Hale,,,,\nA3,,Nameless,,,,\n", "clients", "--dry-run")
    assert said.counts == (1, 1, 0, 1) and not said.ended_well
    assert Client.objects.get().first_name == "Old"


def test_of_one_person_who_was_here_before_no_second_record_is_made(import_file):
    known = make_client(
        first_name="ZOE", last_name="Muller", email="zoe@example.org", date_of_birth=date(1956, 12, 9), mobile=""
    )
    assert import_file(HEADINGS + ZOE, "clients").counts == (0, 1, 0, 0)
    assert zoe() == known
    said = import_file(HEADINGS + ZOE.replace("A1", "A9"), "clients")
    assert said.counts == (0, 0, 0, 1)
    assert "Row 2, external_ref: This person is here already, under the reference “A1”." in said.err


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A1,Zoë,,,,,", "Row 2, last_name: This cell is empty. It has to be filled in."),
        (",Zoë,Müller,,,,", "Row 2, external_ref: This cell is empty. It has to be filled in."),
        ("A1,Zoë,Müller,zoe,,,", "Row 2, email: Enter a valid email address."),
        ("A1,Zoë,Müller,,12,,", "Row 2, mobile: Enter a mobile number"),
        ("A1,Zoë,Müller,,,31/02/1956,", "Row 2, date_of_birth: There is no such day in the calendar."),
        ("A1,Zoë,Müller,,,09/12/2056,", "Row 2, date_of_birth: A date of birth can’t be in the future."),
        ("A1,Zoë,Müller,,,lately,", "Row 2, date_of_birth: Write the day, the month and the year"),
        (f"A1,{'Z' * 130},Müller,,,,", "Row 2, first_name: Ensure this value has at most 120 characters"),
        (f"{'A' * 130},Zoë,Müller,,,,", "Row 2, external_ref: A reference has at most 120 characters."),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_with_its_column_and_a_sentence(import_file, row, told):
    said = import_file(f"{HEADINGS}{row}\nA5,Ann,Other,,,,\n", "clients")
    assert told in said.err and not said.ended_well
    assert said.counts == (1, 0, 0, 1)  # the other one is imported
    assert Client.objects.get().external_ref == "A5"


@pytest.mark.parametrize("written", ["fr", "FR", "French", "français", "Francais", "en-gb", "en", "British English"])
def test_the_language_of_messages_is_a_code_or_a_name(import_file, written):
    said = import_file(f"{HEADINGS.strip()},language\n{ZOE.strip()},{written}\n", "clients")
    assert said.counts == (1, 0, 0, 0)
    assert zoe().language == ("fr" if written.casefold().startswith("fr") else "en-gb")


def test_a_language_that_the_site_does_not_have_is_refused_with_those_it_has(import_file):
    said = import_file(f"{HEADINGS.strip()},Preferred language\n{ZOE.strip()},Klingon\n", "clients")
    assert said.counts == (0, 0, 0, 1)
    assert (
        "Row 2, Preferred language: Write a language of this website, by its code or name: "
        "en-gb (British English), fr (français)."
    ) in said.err


def test_of_two_languages_of_one_name_neither_is_guessed(import_file, settings):
    settings.WAGTAIL_CONTENT_LANGUAGES = [("fr-ca", "French (Canada)"), ("fr-ch", "French (Switzerland)")]
    said = import_file(f"{HEADINGS.strip()},language\n{ZOE.strip()},fr\n", "clients")
    assert "Row 2, language: Write a language" in said.err
    assert import_file(f"{HEADINGS.strip()},language\n{ZOE.strip()},fr-ch\n", "clients").counts == (1, 0, 0, 0)
    assert zoe().language == "fr-ch"


def test_of_two_rows_with_one_reference_the_first_is_taken(import_file):
    rows = "".join(f"B{number},Ann,Other {number},,,,\n" for number in range(150))
    said = import_file(HEADINGS + ZOE + rows + ZOE.replace("Zoë", "Someone"), "clients")
    assert said.counts == (151, 0, 0, 1)
    assert "Row 153, external_ref: Row 2 has the reference “A1” already." in said.err
    assert zoe().first_name == "Zoë"


def test_formulas_and_errors_of_a_spreadsheet_are_no_values(import_file):
    rows = [["external_ref", "first_name", "last_name"], ["A1", "=B3", "Müller"], ["A2", "Ann", "#N/A"]]
    said = import_file(rows, "clients")
    assert "Row 2, first_name: There is a formula in this cell." in said.err
    assert said.counts[3] == 2 and not Client.objects.exists()


def test_a_column_that_is_called_something_else_is_named(import_file):
    content = "Kennung,first_name,last_name\nA1,Zoë,Müller\n"
    assert "A column is missing: external_ref." in import_file(content, "clients").err
    assert import_file(content, "clients", "--column", "external_ref=Kennung").counts == (1, 0, 0, 0)


def test_a_change_of_contact_is_logged_without_what_was_in_it(import_file):
    import_file(HEADINGS + ZOE, "clients")
    import_file(HEADINGS + ZOE.replace("zoe@", "z@"), "clients")
    made, changed = ClientLogEntry.objects.about(zoe()).order_by("pk")
    assert (made.action, changed.action, changed.data) == ("wagtail.create", "wagtail.edit", {"fields": ["email"]})


def test_a_file_that_is_another_one_than_was_tried_is_not_imported(import_file):
    tried = import_file(HEADINGS + ZOE, "clients", "--dry-run").out.split()[-1]
    said = import_file(HEADINGS + ZOE.replace("A1", "A2"), "clients", "--fingerprint", tried)
    assert "isn’t the one that was tried" in said.err and not Client.objects.exists()
    assert import_file(HEADINGS + ZOE, "clients", "--fingerprint", tried).counts == (1, 0, 0, 0)
