"""What a client does, from the link in their message to the clinic's diary, without JavaScript."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from wagtail_clientportal.access.links import mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.models import AppointmentEvent, ClientMessage

# A live server needs real transactions, and what the migrations seeded must come back after each of them.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def _follow(page, token):
    page.goto(f"/p/{token}/")
    assert token not in page.url


def _say_who(page):
    page.get_by_label("Day").fill("9")
    page.get_by_label("Month").fill("dec")
    page.get_by_label("Year").fill("1956")
    page.get_by_label("Postcode").fill("sw1a 1aa")
    page.get_by_role("button", name="Continue").click()


def test_a_client_moves_an_appointment(page, clinic):
    _follow(page, mint_appointment_link(clinic.appointment, timezone.now()))
    _say_who(page)
    page.get_by_role("link", name="Change the date or time").click()
    page.get_by_role("link", name="Later times").click()
    choice = page.locator(".cp-times a").nth(3)
    start = datetime.fromisoformat(choice.get_attribute("href").split("start=")[1])
    choice.click()
    page.get_by_label("Message to the clinic").fill("The bus is late on Tuesdays 🚌")
    page.get_by_role("button", name="Change my appointment").click()

    assert "Your appointment has been changed" in page.get_by_role("status").inner_text()
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == start.astimezone(UTC)
    assert AppointmentEvent.objects.get().policy_shown
    assert ClientMessage.objects.get().body == "The bus is late on Tuesdays 🚌"


def test_a_client_cancels_an_appointment(page, clinic):
    _follow(page, mint_sign_in_link("margaret@example.org", clinic.site, timezone.now()))
    _say_who(page)
    page.get_by_role("link", name="View or change").click()
    page.get_by_role("link", name="Cancel this appointment").click()
    assert "24 hours’ notice" in page.content()
    page.get_by_role("button", name="Cancel my appointment").click()

    assert "Your appointment has been cancelled" in page.get_by_role("status").inner_text()
    clinic.appointment.refresh_from_db()
    assert not clinic.appointment.holds_place
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"/portal/appointments/{clinic.appointment.public_id}/")
    assert page.url.endswith("/portal/")


def test_the_whole_way_from_the_front_door(page, clinic, mailoutbox):
    """The link is the one in the message that really goes out."""
    page.goto("/portal/")
    page.get_by_label("Email address or mobile number").fill("Margaret@Example.org")
    page.get_by_role("button", name="Send me a link").click()
    assert "If the clinic knows" in page.content()
    page.goto(_link_in(mailoutbox))
    _say_who(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Your appointments"


def _link_in(mailoutbox) -> str:
    call_command("clientportal_send")
    (message,) = mailoutbox
    return next(word for word in message.body.split() if "/p/" in word)
