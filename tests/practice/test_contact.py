import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.practice.contact import (
    email_key,
    is_landline,
    may_be_texted,
    mobile_key,
    name_key,
    postcode_key,
)


@pytest.mark.parametrize(
    "typed",
    [
        "margaret@example.org",
        "Margaret@Example.ORG",
        "  margaret@example.org\n",
        "ｍargaret＠example.org",  # full width, as an input method for Chinese writes
        "MARGARET@EXAMPLE.ORG",
    ],
)
def test_spellings_of_one_email_address_are_one(typed):
    assert email_key(typed) == "margaret@example.org"


@pytest.mark.parametrize(
    "other",
    [
        "margaret+clinic@example.org",  # to some providers that is another mailbox
        "mar.garet@example.org",
        "márgaret@example.org",
        "margaret@example.org.uk",
        "mаrgaret@example.org",  # a Cyrillic a
    ],
)
def test_addresses_that_only_look_alike_are_not_one(other):
    assert email_key(other) != "margaret@example.org"


def test_an_empty_contact_has_no_key():
    assert email_key("") == email_key("  ") == mobile_key("", "GB") == postcode_key("") == name_key("") == ""


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900123",
        "07700900123",
        "07700-900-123",
        "(07700) 900 123",
        "07700.900.123",
        "+44 7700 900123",
        "+447700900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "44 7700 900123",
        " 0 7 7 0 0 9 0 0 1 2 3 ",
        "０７７００ ９００１２３",
        "07700\u00a0900123",  # a space that doesn't break, as a web page may hold
        "tel:+447700900123",
    ],
)
def test_spellings_of_one_mobile_are_one(typed):
    assert mobile_key(typed, "GB") == "+447700900123"


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("+33 6 12 34 56 78", "GB", "+33612345678"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("0033 6 12 34 56 78", "GB", "+33612345678"),
        ("087 123 4567", "IE", "+353871234567"),
        ("(212) 555-0123", "US", "+12125550123"),
    ],
)
def test_a_number_without_a_country_code_is_of_the_clinics_region(typed, region, expected):
    assert mobile_key(typed, region) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "900123",
        "7",
        "07700 9",
        "call me",
        "+",
        "+999 123",
        "07700 900123 456 789 000",
        "\x00",
        "😀",
        "margaret@example.org",
    ],
)
def test_what_is_no_mobile_has_no_key(typed):
    assert mobile_key(typed, "GB") == ""


@given(st.text(max_size=60))
def test_no_text_breaks_a_key(text):
    key = mobile_key(text, "GB")
    assert key == "" or mobile_key(key, "FR") == key  # in E.164 the region doesn't matter any more
    assert email_key(email_key(text)) == email_key(text) or not text.isascii()
    assert postcode_key(postcode_key(text)) == postcode_key(text) or not text.isascii()
    name_key(text), is_landline(text, "GB"), may_be_texted(text, "GB", None)


@pytest.mark.parametrize(
    "typed", ["SW1A 1AA", "sw1a1aa", " Sw1A-1aA ", "SWIA lAA", "SW1A  1AA.", "ＳＷ１Ａ　１ＡＡ", "S W 1 A 1 A A"]
)
def test_spellings_of_one_postcode_are_one(typed):
    assert postcode_key(typed) == postcode_key("SW1A 1AA")


@pytest.mark.parametrize(("one", "other"), [("EC1A 0AA", "ECIA OAA"), ("OX1 1OO", "0Xl ioo"), ("L1 8JQ", "11 8JQ")])
def test_letters_and_digits_that_look_alike_are_one(one, other):
    assert postcode_key(one) == postcode_key(other)


def test_another_postcode_stays_another():
    assert postcode_key("SW1A 1AA") != postcode_key("SW1A 1AB")
    assert postcode_key("SW1A 1AA") != postcode_key("SW1A 1A")


@pytest.mark.parametrize("typed", ["Zoë", "zoe", " ZOE ", "Zoe\u0308", "Zo-e"])
def test_a_first_name_is_compared_without_case_and_accents(typed):
    assert name_key(typed) == "zoe"


def test_names_in_other_scripts_are_told_apart():
    assert name_key("Ольга") and name_key("Ольга") != name_key("Иван")
    assert name_key("美咲") != name_key("陽菜") != ""


def test_a_landline_is_known_where_it_surely_is_one():
    assert is_landline("020 7946 0000", "GB")
    assert not is_landline("07700 900123", "GB")
    assert not is_landline("not a number", "GB")
    assert not is_landline("(212) 555-0123", "US")  # there a mobile looks the same


@pytest.mark.parametrize(
    ("mobile", "region", "codes", "expected"),
    [
        ("+447700900123", "GB", None, True),
        ("+33612345678", "GB", None, False),
        ("+33612345678", "FR", None, True),
        ("+33612345678", "GB", (44, 33), True),
        ("+447700900123", "GB", (353,), False),
        ("", "GB", None, False),
        ("nonsense", "GB", None, False),
    ],
)
def test_texts_go_to_allowed_countries_alone(mobile, region, codes, expected):
    assert may_be_texted(mobile, region, codes) is expected
