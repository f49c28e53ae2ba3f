"""A length of time is said in the same words to clients and to staff."""

from datetime import timedelta

import pytest

from wagtail_clientportal.practice.durations import duration_in_words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "0 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=90), "1 minute 30 seconds"),
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "1 hour 30 minutes"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=48), "48 hours"),
        (timedelta(hours=72), "72 hours"),
        (timedelta(days=5), "5 days"),
        (timedelta(days=5, minutes=30), "120 hours 30 minutes"),
        (None, ""),
    ],
)
def test_a_length_is_said_as_people_say_it(length, words):
    assert duration_in_words(length) == words
