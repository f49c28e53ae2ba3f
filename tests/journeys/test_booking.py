"""Booking online in a real browser: by the keyboard without a script, and each screen as ``faults_of`` judges it."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.booking.conftest import open_booking
from tests.journeys import by_keyboard
from tests.journeys.booking_states import BOOKING
from tests.journeys.faults import NARROW, faults_of
from wagtail_clientportal.models import Appointment

NIA = {
    "First name": "Nia",
    "Last name": "Nettle",
    "Email address": "nia@example.org",
    "Day": "3",
    "Month": "2",
    "Year": "1980",
    "Postcode": "ZX1 2AB",
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_somebody_new_books_by_the_keyboard_without_a_script(new_context, clinic, settings, mailoutbox):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"BOOKING_FORM_SECONDS": 0}
    open_booking()
    page = new_context(viewport=NARROW, java_script_enabled=False).new_page()

    def press(target, heading):
        with page.expect_navigation():
            by_keyboard.press(page, target)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)

    page.goto("/book/")  # of one type, at one place, with one clinician
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a day and a time")
    press(page.locator(".cp-times a").first, "Your details")
    for label, text in NIA.items():
        by_keyboard.tab_to(page, page.get_by_label(label, exact=True))
        page.keyboard.type(text)
    press(page.get_by_role("button", name="Continue"), "Check your booking")
    press(page.get_by_role("button", name="Send me the link"), "One more step: follow our link")
    call_command("clientportal_send")
    page.goto(re.search(r"/p/\w+/", mailoutbox[-1].body)[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Book this appointment?")
    press(page.get_by_role("button", name="Book this appointment"), "Your appointment is booked")
    assert Appointment.objects.filter(client__first_name="Nia").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("state", BOOKING)
def test_each_screen_passes(show, state):
    assert not faults_of(show(BOOKING[state]))
