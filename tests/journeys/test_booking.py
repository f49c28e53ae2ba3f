"""Booking online in a real browser: by the keyboard without a script, and each screen as ``faults_of`` judges it."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import expect

from tests.booking.conftest import Booking, open_booking
from tests.factories import make_clinician, make_location, make_type
from tests.journeys import by_keyboard
from tests.journeys.faults import NARROW, faults_of
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import Appointment, AppointmentType, BookingSettings, Clinician, WorkingHours

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


def _booking(visitor) -> Booking:
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


def _at_times(booking):
    return booking.get("when/", type=booking.clinic.appointment_type.pk)


def _what(visitor):
    booking = _booking(visitor)
    visitor.clinic.clinician.appointment_types.add(make_type(name="Podiatry"))
    BookingSettings.objects.update(welcome_text="<p>Good that you come.</p>")
    return booking.get()


def _nothing(visitor):
    booking = _booking(visitor)
    Clinician.objects.update(available_online=False)
    return booking.get()


def _where(visitor):
    booking = _booking(visitor)
    visitor.clinic.clinician.locations.add(make_location(name="High Street", address="27 High Street"))
    return _at_times(booking)


def _when(visitor):
    return _at_times(_booking(visitor))


def _no_times(visitor):
    booking = _booking(visitor)
    WorkingHours.objects.all().delete()
    return _at_times(booking)


def _gone(visitor):
    booking = _booking(visitor)
    return booking.get(booking.details_url("2026-11-26T14:07:00Z"))


def _details(visitor):
    booking = _booking(visitor)
    return booking.get(booking.details_url())


def _mistyped(visitor):
    booking = _booking(visitor)
    wrong = {"first_name": "", "email": "nia", "mobile": "12", "day": "", "postcode": ""}
    return booking.post(booking.details_url(), booking.form() | booking.DETAILS | wrong)


def _message(visitor):
    booking = _booking(visitor).sign_in()
    return booking.get(booking.details_url())


def _check(visitor):
    booking = _booking(visitor)
    return booking.get(booking.fill_in())


def _sent(visitor):
    booking = _booking(visitor)
    return booking.get(booking.ask())


def _link(booking) -> str:
    booking.ask()
    return booking.link()


def _confirm(visitor):
    booking = _booking(visitor)
    return booking.get(booking.get(_link(booking))["Location"])


def _lapsed(visitor):
    booking = _booking(visitor)
    url = booking.get(_link(booking))["Location"]
    booking.wait(hours=6)
    return booking.get(url)


def _link_ended(visitor):
    return _booking(visitor).get("link-ended/")


def _not_taken(visitor):
    booking = _booking(visitor)
    BookingSettings.objects.update(new_clients=False)
    return booking.confirm(_link(booking))


def _done(visitor):
    booking = _booking(visitor)
    return booking.get(booking.confirm(_link(booking))["Location"])


def _changed_since(visitor):
    booking = _booking(visitor)
    done = booking.confirm(_link(booking))["Location"]
    cancel(Appointment.objects.latest("pk"), by=None)
    return booking.get(done)


def _off(visitor):
    booking = _booking(visitor)
    BookingSettings.objects.update(enabled=False, off_message="<p>We are <b>moving house</b>.</p>")
    return booking.get()


CHOOSING = [_what, _nothing, _where, _when, _no_times, _gone]
ASKING = [_details, _mistyped, _message, _check, _sent]
ENDING = [_confirm, _lapsed, _link_ended, _not_taken, _done, _changed_since, _off]


@pytest.mark.django_db
@pytest.mark.parametrize("way", CHOOSING + ASKING + ENDING)
def test_each_screen_passes(show, way):
    assert not faults_of(show(way))
