import pytest

from wagtail_clientportal.policies.phone import Phone


@pytest.mark.parametrize(
    ("text", "href"),
    [("020 7946 0000", "tel:+442079460000"), ("+33 1 23 45 67 89", "tel:+33123456789"), ("ext. 12", "tel:12")],
)
def test_a_phone_number_can_be_dialled(text, href):
    assert Phone(text).href == href
    assert not Phone(" ")
