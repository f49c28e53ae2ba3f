"""What a client does, from the link in their message to the clinic's diary, without JavaScript."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.signing_in import say_who
from wagtail_clientportal.access.links import mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.models import AppointmentEvent, ClientMessage

# A live server needs real transactions, and what the migrations seeded must come back after each of them.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def _follow(page, token):
    page.goto(f"/p/{token}/")
    assert token not in page.url


def test_a_client_moves_an_appointment(page, clinic):
    _follow(page, mint_appointment_link(clinic.appointment, timezone.now()))
    say_who(page)
    page.get_by_role("link", name="Change the date or time").click()
    page.get_by_role("link", name="Later times").click()
    choice = page.locator(".cp-times a").nth(3)
    start = datetime.fromisoformat(choice.get_attribute("href").split("start=")[1])
    choice.click()
    page.get_by_label("Message to the clinic").fill("The bus is late on Tuesdays 🚌")
    page.get_by_role("button", name="Change my appointment").click()

    expect(page.get_by_role("status")).to_contain_text("Your appointment has been changed")
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == start.astimezone(UTC)
    assert AppointmentEvent.objects.get().policy_shown
    assert ClientMessage.objects.get().body == "The bus is late on Tuesdays 🚌"


def test_a_client_cancels_an_appointment(page, clinic):
    _follow(page, mint_sign_in_link("margaret@example.org", clinic.site, timezone.now()))
    say_who(page)
    page.get_by_role("link", name="View or change").click()
    page.get_by_role("link", name="Cancel this appointment").click()
    expect(page.get_by_role("main")).to_contain_text("24 hours’ notice")
    page.get_by_role("button", name="Cancel my appointment").click()

    expect(page.get_by_role("status")).to_contain_text("Your appointment has been cancelled")
    clinic.appointment.refresh_from_db()
    assert not clinic.appointment.holds_place
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.goto(f"/portal/appointments/{clinic.appointment.public_id}/")
    assert page.url.endswith("/portal/")


def test_the_whole_way_from_the_front_door(page, clinic, mailoutbox):
    """The link is the one in the message that really goes out."""
    page.goto("/portal/")
    page.get_by_label("Email address or mobile number").fill("Margaret@Example.org")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("main")).to_contain_text("If the clinic knows")
    page.goto(_link_in(mailoutbox))
    say_who(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your appointments")


def _link_in(mailoutbox) -> str:
    call_command("clientportal_send")
    (message,) = mailoutbox
    return next(word for word in message.body.split() if "/p/" in word)
