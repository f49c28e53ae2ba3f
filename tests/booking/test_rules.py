"""What the clinic decides about online booking, also when it does so while somebody is booking."""

from datetime import UTC, datetime

import pytest
from wagtail import hooks

from tests.portal.reading import soup, text, value
from wagtail_clientportal.actions.steps.site_veto import HOOK
from wagtail_clientportal.models import (
    Appointment,
    AppointmentType,
    BookingRequest,
    BookingSettings,
    Client,
    Clinician,
    Location,
    PortalPolicy,
    PortalSettings,
)

FREE = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def booked():
    return Appointment.objects.filter(start=FREE)


@pytest.mark.parametrize(
    ("model", "values", "why"),
    [
        (AppointmentType, {"bookable_online": False}, "That isn’t possible online"),
        (AppointmentType, {"is_active": False}, "That isn’t possible online"),
        (Clinician, {"available_online": False}, "This can’t be booked online any more"),
        (Clinician, {"is_active": False}, "This can’t be booked online any more"),
        (Location, {"is_active": False}, "That time can’t be booked"),
    ],
)
def test_what_is_not_offered_any_more_when_it_is_confirmed_is_not_booked(booking, model, values, why):
    booking.ask()
    url = booking.get(booking.link())["Location"]
    form = {"policy_revision": value(booking.get(url), "policy_revision")}
    model.objects.update(**values)
    page = soup(booking.post(url, form))
    assert page.h1.get_text() == why and "Nothing has been booked yet." in page.get_text()
    assert not booked().exists() and BookingRequest.objects.get().state == "open"


def test_where_no_link_is_asked_for_one_contact_cannot_fill_the_diary_either(booking):
    BookingSettings.objects.update(confirm_contact=False)
    for hour in range(9, 14):
        assert "/done/" in booking.ask(url=booking.details_url(f"2026-11-27T{hour:02}:00:00Z"))
    answer = booking.check(booking.fill_in(url=booking.details_url("2026-11-27T15:00:00Z")))
    assert answer.status_code == 429 and "try again in an hour" in text(answer)
    assert Appointment.objects.exclude(pk=booking.clinic.appointment.pk).count() == 5


def test_new_clients_are_asked_to_call_where_only_known_ones_may_book(booking):
    BookingSettings.objects.update(new_clients=False)
    booking.ask()
    page = soup(booking.confirm(booking.link()))
    assert page.h1.get_text() == "Please call us to book" and "020 7946" in page.get_text()
    assert Client.objects.count() == 1 and not booked().exists()


def test_a_client_with_enough_to_come_is_told_so(booking):
    BookingSettings.objects.update(max_upcoming=1)
    booking.sign_in()
    url = booking.details_url()
    page = booking.get(url)
    answer = booking.post(url, {name: value(page, name) for name in ("key", "policy_revision")})
    assert "With 1 appointment to come nothing more can be booked online." in text(answer) and not booked().exists()


def test_where_the_site_says_no_its_sentence_is_read_as_text_and_nothing_is_booked(booking):
    booking.ask()
    with hooks.register_temporarily(HOOK, lambda action, **values: f"No {action} <b>today</b>."):
        page = text(booking.confirm(booking.link()))
    assert "No book <b>today</b>." in page and "Nothing has been booked yet." in page
    assert Appointment.objects.get() == booking.clinic.appointment


def test_a_policy_that_changed_meanwhile_is_shown_again_and_nothing_is_booked(booking):
    booking.ask()
    url = booking.browser.get(booking.link())["Location"]
    old = value(booking.get(url), "policy_revision")
    policy = PortalPolicy.objects.get()
    policy.cancellation_policy = "<p>Two days, please.</p>"
    policy.save_revision().publish()
    page = booking.post(url, {"policy_revision": old})
    assert "Our policy changed" in text(page) and "Two days, please." in text(page) and not booked().exists()
    assert booking.post(url, {"policy_revision": value(page, "policy_revision")}).status_code == 302
    assert booked().get().events.get().policy_shown


# Switches


@pytest.mark.parametrize("portal_on", [True, False])
@pytest.mark.parametrize("booking_on", [True, False])
def test_the_two_switches_work_by_themselves(booking, portal_on, booking_on):
    PortalSettings.objects.update(enabled=portal_on, off_message="<p>The portal rests.</p>")
    BookingSettings.objects.update(enabled=booking_on, off_message="<p>Booking rests.</p>")
    page, portal = text(booking.get("when/", type=booking.clinic.appointment_type.pk)), text(booking.get("/portal/"))
    assert ("Choose a day and a time" in page) is booking_on
    assert ("Booking rests." in page) is not booking_on
    assert ("The portal rests." in portal) is not portal_on
    assert ("Booking rests." in portal) is (not portal_on and not booking_on)
    if booking_on:
        booking.ask()
        assert "Your appointment is booked" in text(booking.get(booking.confirm(booking.link())["Location"]))
    else:
        answer = booking.post(booking.details_url(), booking.DETAILS)
        assert "Booking rests." in text(answer) and not BookingRequest.objects.exists()


def test_switching_it_off_stops_what_has_begun(booking):
    booking.ask()
    url = booking.browser.get(booking.link())["Location"]
    BookingSettings.objects.update(enabled=False, off_message="<p>Booking rests.</p>")
    assert "Booking rests." in text(booking.post(url)) and not booked().exists()
