import pytest

from tests.portal.reading import soup, text
from wagtail_clientportal.models import OutboundMessage


def test_the_front_door_asks_for_an_email_address_or_a_mobile_number(portal):
    page = soup(portal.get())
    box = page.select_one("input[name=contact]")
    assert box["autocomplete"] == "email"
    assert page.select_one("label[for=contact]").get_text() == "Email address or mobile number"


@pytest.mark.parametrize(
    "contact", ["margaret@example.org", "07700 900123", "stranger@example.org", "+33 6 12 34 56 78"]
)
def test_known_and_unknown_contacts_get_the_same_answer(portal, contact):
    response = portal.post("", {"contact": contact})
    assert (response.status_code, response["Location"]) == (302, "/portal/sent/")
    assert OutboundMessage.objects.count() == 1
    assert "If the clinic knows" in text(portal.get("sent/"))


def test_what_was_sent_says_to_wait_a_quarter_of_an_hour_or_ring(portal):
    page = text(portal.get("sent/"))
    assert "Wait 15 minutes" in page
    assert "10 minutes" in page
    assert "020 7946 0999" in page


@pytest.mark.parametrize(
    "contact", ["", "   ", "@", "margaret@", "123", "a\0b@example.org", "x" * 300, "😀", "‮moc.elpmaxe@a b"]
)
def test_nonsense_is_a_field_error_and_queues_nothing(portal, contact):
    response = portal.post("", {"contact": contact})
    assert response.status_code == 200
    page = soup(response)
    assert page.title.get_text().startswith("Error: ")
    assert page.select_one("[role=alert] a")["href"] == "#contact"
    assert page.select_one("#contact")["aria-invalid"] == "true"
    assert not OutboundMessage.objects.exists()


def test_somebody_who_is_signed_in_is_shown_the_way_to_their_appointments(portal):
    portal.sign_in()
    assert "Go to your appointments" in text(portal.get())
