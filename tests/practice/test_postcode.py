import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.practice.postcode import has_shape_of, is_same_postcode


@pytest.mark.parametrize(
    ("region", "postcode"),
    [
        *[
            ("GB", one)
            for one in ("M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB", "bf13aa", "JE2 3XP")
        ],
        *[("IE", one) for one in ("D02 AF30", "A65F4E2", "D6W XY00")],
        *[("US", one) for one in ("12345", "12345-6789", "123456789")],
        *[("CA", one) for one in ("K1A 0B1", "k1a0b1")],
        ("AU", "2000"),
        ("NZ", "6011"),
        ("FR", "75001"),
        ("DE", "10115"),
        ("JP", "whatever"),  # of which nothing is known here
    ],
)
def test_a_postcode_of_the_country_is_known_by_its_shape(region, postcode):
    assert has_shape_of(region, postcode)


@pytest.mark.parametrize(
    ("region", "postcode"),
    [
        *[
            ("GB", one)
            for one in ("SW1", "SW1A 1A", "SWIA 1AA", "1AA SW1A", "SW1A 1CK", "Q1 1AA", "12345", "none", "?")
        ],
        *[("US", one) for one in ("1234", "12345-678", "SW1A 1AA")],
        ("CA", "K1A 0B"),
        ("IE", "DUBLIN 2"),
        ("AU", "20000"),
    ],
)
def test_what_is_no_postcode_there_is_noticed(region, postcode):
    assert not has_shape_of(region, postcode)


@pytest.mark.parametrize(
    ("one", "other"),
    [("12345", "12345-6789"), ("12345-6789", "12345"), ("12345-6789", "123456789"), ("1234S", "1234s")],
)
def test_a_zip_code_is_the_same_with_and_without_its_last_four_digits(one, other):
    assert is_same_postcode(one, other, "US")


@pytest.mark.parametrize(
    ("one", "other", "region"),
    [
        ("12345", "12345-6789", "GB"),
        ("12345", "12345-6789", "DE"),
        ("12345-6789", "12345-6780", "US"),
        ("12345", "12346-6789", "US"),
        ("1234", "1234-56789", "US"),
        ("12345", "123456", "US"),
        ("ABCDE", "ABCDEFGHJ", "US"),
        ("12345", "", "US"),
    ],
)
def test_what_only_begins_alike_is_not_the_same(one, other, region):
    assert not is_same_postcode(one, other, region)


@given(st.text(max_size=12), st.text(max_size=12))
def test_which_of_two_comes_first_makes_no_difference_and_no_text_breaks_it(one, other):
    for region in ("GB", "US"):
        assert is_same_postcode(one, other, region) == is_same_postcode(other, one, region)
        assert is_same_postcode(one, one, region)
        has_shape_of(region, one)
