"""Booking online in a real browser: by the keyboard without a script, and each screen as ``faults_of`` judges it."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import expect

from tests.booking.conftest import Booking, open_booking
from tests.factories import make_clinician
from tests.journeys.faults import NARROW, faults_of
from wagtail_clientportal.models import Appointment, AppointmentType

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
            target.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)

    page.goto("/book/")  # of one type, at one place, with one clinician
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a day and a time")
    press(page.locator(".cp-times a").first, "Your details")
    for label, text in NIA.items():
        page.get_by_label(label, exact=True).fill(text)
    press(page.get_by_role("button", name="Continue"), "Check your booking")
    press(page.get_by_role("button", name="Send me the link"), "One more step: follow our link")
    call_command("clientportal_send")
    page.goto(re.search(r"/p/\w+/", mailoutbox[-1].body)[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Book this appointment?")
    press(page.get_by_role("button", name="Book this appointment"), "Your appointment is booked")
    assert Appointment.objects.filter(client__first_name="Nia").count() == 1


def _with_people(visitor) -> Booking:
    """Go on where there is somebody to choose, who is introduced, and what is booked is described."""
    booking, clinic = Booking(visitor.clinic, visitor.clock, mail.outbox), visitor.clinic
    AppointmentType.objects.update(description="For whoever has been here before.", price="48.00")
    make_clinician(
        name="Bea",
        introduction="Knees, hips and backs.",
        locations=[clinic.location],
        appointment_types=[clinic.appointment_type],
    )
    return booking


def _when(visitor):
    booking = _with_people(visitor)
    return booking.get("when/", type=visitor.clinic.appointment_type.pk)


def _mistyped(visitor):
    booking = Booking(visitor.clinic, visitor.clock, mail.outbox)
    wrong = {"first_name": "", "email": "nia", "mobile": "12", "day": "", "postcode": ""}
    return booking.post(booking.details_url(), booking.form() | booking.DETAILS | wrong)


def _check(visitor):
    booking = _with_people(visitor)
    return booking.get(booking.fill_in())


def _gone(visitor):
    booking = _with_people(visitor)
    return booking.get(booking.details_url("2026-11-26T14:07:00Z"))


def _link_ended(visitor):
    return Booking(visitor.clinic, visitor.clock, mail.outbox).get("link-ended/")


@pytest.mark.django_db
@pytest.mark.parametrize("way", [_when, _mistyped, _check, _gone, _link_ended])
def test_each_screen_passes(show, way):
    assert not faults_of(show(way))
