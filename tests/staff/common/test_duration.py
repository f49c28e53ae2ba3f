"""Lengths of time are edited as a number and a unit."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.staff.common.durations import DurationField, DurationWidget


@given(st.integers(0, 366 * 24 * 60))
def test_what_the_form_shows_means_what_is_stored(minutes):
    length = timedelta(minutes=minutes)
    assert DurationField().clean(DurationWidget().decompress(length)) == length


@pytest.mark.parametrize(
    "given_values",
    [["", "hours"], ["-1", "hours"], ["367", "days"], ["x", "hours"], ["1", "years"], ["1e9", "days"], ["NaN", "days"]],
)
def test_nonsense_is_refused(given_values):
    with pytest.raises(ValidationError):
        DurationField().clean(given_values)
