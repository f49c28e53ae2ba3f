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


def test_what_was_typed_is_repeated_for_a_while_and_can_be_put_right(portal):
    portal.post("", {"contact": "margaret@exmaple.org"})
    page = soup(portal.get("sent/"))
    assert "margaret@exmaple.org" in page.get_text()
    change = page.find("a", string="Change it")["href"]
    assert soup(portal.get(change)).select_one("#contact")["value"] == "margaret@exmaple.org"
    assert not soup(portal.get()).select_one("#contact").get("value")
    portal.wait(minutes=16)
    assert "exmaple" not in text(portal.get("sent/")) and "exmaple" not in portal.get(change).content.decode()


def test_what_was_typed_is_gone_with_whoever_signs_out(portal):
    portal.post("", {"contact": "margaret@example.org"})
    portal.sign_in()
    assert "margaret@example.org" in text(portal.get("sent/"))
    portal.post("sign-out/")
    assert "margaret" not in text(portal.get("sent/")) and "margaret" not in portal.get(again=1).content.decode()


@pytest.mark.parametrize(
    ("contact", "words"), [({}, "Email me a link"), ({"email": "", "mobile": "07700 900123"}, "Text me a link")]
)
def test_a_link_to_all_appointments_is_one_tap_from_a_link_to_one(portal, contact, words):
    client = portal.clinic.client
    for name, value in contact.items():
        setattr(client, name, value)
    client.save()
    portal.open_appointment()
    before = OutboundMessage.objects.count()
    assert words in soup(portal.get("appointments/")).select_one("form[action='/portal/send-link/'] button").get_text()
    answer = portal.post("send-link/")
    assert OutboundMessage.objects.count() == before + 1
    assert "on its way to where the clinic writes to you" in text(portal.get(answer["Location"]))


def test_nobody_but_a_client_has_a_link_sent_in_one_tap(portal):
    assert portal.post("send-link/")["Location"] == "/portal/"
    portal.open_appointment()
    assert portal.get("send-link/").status_code == 405
    assert not OutboundMessage.objects.exists()


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
