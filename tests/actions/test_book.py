from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

from tests.booking.paying import take_money
from tests.factories import NOW, make_client
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentType,
    BookingSettings,
    Client,
    Clinician,
    Hold,
    OutboundMessage,
)

FREE = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


@pytest.fixture
def new(clinic):
    BookingSettings.objects.update(enabled=True)
    clinic.other = make_client(email="b@example.org")

    def new(start=FREE, **values):
        by = values.pop("by", clinic.other)
        return book(
            clinic.other, clinic.clinician, clinic.location, clinic.appointment_type, start, by=by, now=NOW, **values
        )

    return new


def test_a_client_books_an_offered_slot(clinic, new):
    clinic.appointment_type.buffer_minutes = 10
    clinic.appointment_type.save()
    appointment = new(message="First time here")
    assert appointment.busy_until == FREE + timedelta(minutes=40) and appointment.holds_place
    assert appointment.status.is_default
    assert AppointmentEvent.objects.get().kind == "booked"
    told = OutboundMessage.objects.filter(client=clinic.other)
    assert {(row.about, row.channel) for row in told} == {("booked_online", "email"), ("booked_online", "sms")}


def test_a_place_that_somebody_has_is_taken_and_nothing_is_left_behind(clinic, new):
    with pytest.raises(refusals.SlotTaken):
        new(clinic.appointment.start)
    assert Appointment.objects.count() == 1


def test_a_hold_keeps_its_place_until_it_lapses(clinic, new):
    hold = Hold.objects.create(
        clinician=clinic.clinician,
        location=clinic.location,
        start=FREE,
        busy_until=FREE + timedelta(minutes=30),
        expires_at=NOW + timedelta(minutes=10),
        key="k",
    )
    with pytest.raises(refusals.SlotTaken):
        new()
    hold.expires_at = NOW
    hold.save()
    assert new()


def test_online_booking_has_its_own_switch(clinic, new):
    BookingSettings.objects.update(enabled=False)
    with pytest.raises(refusals.PortalOff):
        new()
    assert new(by=get_user_model().objects.create_user("desk"))


def test_what_is_not_bookable_online_is_refused(clinic, new):
    Clinician.objects.update(available_online=False)
    with pytest.raises(refusals.ClinicianNotOnline):
        new()
    Clinician.objects.update(available_online=True)
    for switch in ("bookable_online", "is_active"):
        AppointmentType.objects.update(**{switch: False})
        with pytest.raises(refusals.NotAllowed):
            new()
        AppointmentType.objects.update(**{switch: True})
    Client.objects.update(portal_access=False)
    with pytest.raises(refusals.NotAllowed):
        new()
    with pytest.raises(refusals.NotAllowed):
        new(by=clinic.client)


def test_what_is_paid_for_first_is_booked_for_no_client_without_paying(clinic, new, settings):
    AppointmentType.objects.update(price=48, payment="full")
    clinic.appointment_type.refresh_from_db()
    assert new(FREE + timedelta(hours=1))  # there is nobody who takes money: nothing is asked for
    take_money(settings)
    with pytest.raises(refusals.PaymentNeeded):
        new()
    assert new(by=get_user_model().objects.create_user("desk"))


def test_a_start_off_the_grid_is_not_offered_to_a_client(clinic, new):
    with pytest.raises(refusals.SlotNotOffered):
        new(FREE + timedelta(minutes=1))


def test_staff_may_overbook_by_saying_so(clinic, new):
    user = get_user_model().objects.create_user("desk")
    with pytest.raises(refusals.SlotTaken):
        new(clinic.appointment.start, by=user)
    assert new(clinic.appointment.start, by=user, overbook=True).overbooked


def test_nothing_longer_than_a_day_can_be_booked(clinic, new):
    clinic.appointment_type.duration_minutes = 24 * 60
    clinic.appointment_type.buffer_minutes = 1
    clinic.appointment_type.save()
    with pytest.raises(refusals.SlotNotOffered):
        new(by=get_user_model().objects.create_user("desk"))


def test_nobody_is_booked_who_was_anonymised(clinic):
    Appointment.objects.all().delete()
    anonymise_client(clinic.client, by=None, now=NOW)
    with pytest.raises(refusals.NotAllowed):
        book(clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, FREE, by=None, now=NOW)
    assert not Appointment.objects.exists()


def test_what_is_too_soon_or_too_far_ahead_is_refused_by_name(clinic, new):
    with pytest.raises(refusals.TooSoon) as too_soon:
        new(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    assert too_soon.value.earliest == NOW + timedelta(hours=2)
    BookingSettings.objects.update(horizon_months=1)
    with pytest.raises(refusals.TooFarAhead) as too_far:
        new(datetime(2026, 12, 23, 10, 0, tzinfo=UTC))
    assert too_far.value.latest == datetime(2026, 12, 23, tzinfo=UTC)
    assert new(datetime(2026, 12, 22, 10, 0, tzinfo=UTC))
    with pytest.raises(refusals.SlotNotOffered) as past:
        new(NOW - timedelta(days=3))
    assert type(past.value) is refusals.SlotNotOffered
