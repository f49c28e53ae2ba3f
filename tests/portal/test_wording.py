from datetime import timedelta

import pytest

from wagtail_clientportal.policies.phone import Phone
from wagtail_clientportal.portal.wording import duration_in_words


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "1 hour 30 minutes"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=72), "72 hours"),
        (timedelta(days=5), "5 days"),
        (timedelta(0), "0 minutes"),
    ],
)
def test_a_duration_is_said_with_its_unit(duration, words):
    assert duration_in_words(duration) == words


@pytest.mark.parametrize(
    ("text", "href"),
    [("020 7946 0000", "tel:+442079460000"), ("+33 1 23 45 67 89", "tel:+33123456789"), ("ext. 12", "tel:12")],
)
def test_a_phone_number_can_be_dialled(text, href):
    assert Phone(text).href == href
    assert not Phone(" ")
