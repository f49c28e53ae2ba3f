"""Lengths of time are a number and a unit on every screen."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.staff.duration import DurationField, DurationWidget, duration_label


@pytest.mark.parametrize(
    ("length", "label"),
    [
        (timedelta(0), "0 hours"),
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(days=1), "24 hours"),
        (timedelta(days=2), "48 hours"),
        (timedelta(days=7), "7 days"),
        (timedelta(seconds=90), "1.5 minutes"),
        (None, ""),
    ],
)
def test_a_length_is_said_as_people_say_it(length, label):
    assert duration_label(length) == label


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
