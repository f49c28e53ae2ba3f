"""The portal and online booking in a real browser: either works, or rests, whatever the other does."""

from itertools import product

import pytest
from playwright.sync_api import expect

from tests.booking.conftest import open_booking
from tests.journeys.faults import NARROW
from tests.journeys.signing_in import sign_in
from tests.journeys.test_booking import NIA
from wagtail_clientportal.models import Appointment, AppointmentEvent, BookingSettings, PortalSettings


def _is_at(page, heading):
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def _press(page, target):
    with page.expect_navigation():
        target.click()


def _book(page, *, portal_on):
    _press(page, page.locator(".cp-times a").first)
    for label, text in NIA.items():
        page.get_by_label(label, exact=True).fill(text)
    _press(page, page.get_by_role("button", name="Continue"))
    _press(page, page.get_by_role("button", name="Book this appointment"))
    _is_at(page, "Your appointment is booked")
    expect(page.get_by_role("link", name="See, change or cancel it")).to_have_count(int(portal_on))


def _change(page, clinic, *, booking_on):
    sign_in(page, clinic)
    expect(page.get_by_role("link", name="Book another appointment")).to_have_count(int(booking_on))
    _press(page, page.get_by_role("link", name="Change or cancel").first)
    _press(page, page.get_by_role("link", name="Change the date or time"))
    _press(page, page.locator(".cp-times a").first)
    _press(page, page.get_by_role("button", name="Change my appointment"))
    expect(page.get_by_role("status")).to_contain_text("Your appointment has been changed")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_each_switch_works_by_itself_in_all_four_combinations(new_context, clinic, settings):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"BOOKING_FORM_SECONDS": 0}
    open_booking(confirm_contact=False, off_message="<p>Booking rests.</p>")
    PortalSettings.objects.update(off_message="<p>The portal rests.</p>")
    for portal_on, booking_on in product([True, False], repeat=2):
        PortalSettings.objects.update(enabled=portal_on)
        BookingSettings.objects.update(enabled=booking_on)
        page = new_context(viewport=NARROW, java_script_enabled=False).new_page()
        before = Appointment.objects.count(), AppointmentEvent.objects.filter(kind="changed").count()

        page.goto("/book/")
        expect(page.get_by_text("Booking rests.")).to_have_count(int(not booking_on))
        if booking_on:
            _book(page, portal_on=portal_on)

        page.goto("/portal/")
        expect(page.get_by_text("The portal rests.")).to_have_count(int(not portal_on))
        expect(page.get_by_text("Booking rests.")).to_have_count(int(not portal_on and not booking_on))
        if portal_on:
            _change(page, clinic, booking_on=booking_on)

        after = Appointment.objects.count(), AppointmentEvent.objects.filter(kind="changed").count()
        assert after == (before[0] + booking_on, before[1] + portal_on)
