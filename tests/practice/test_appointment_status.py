from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import cancelled_status, default_status
from wagtail_clientportal.models import AppointmentStatus


def errors_of(status):
    with pytest.raises(ValidationError) as caught:
        status.full_clean()
    return set(caught.value.message_dict)


def test_a_new_clinic_finds_five_statuses_one_of_them_the_default(db):
    assert list(AppointmentStatus.objects.order_by("pk").values_list("name", "is_default", "attending", "arrived")) == [
        ("Booked", True, True, False),
        ("Confirmed", False, True, False),
        ("Arrived", False, True, True),
        ("Cancelled", False, False, False),
        ("Did not attend", False, False, False),
    ]


def test_whether_it_holds_its_place_is_fixed_once_an_appointment_has_the_status(clinic):
    confirmed = AppointmentStatus.objects.get(name="Confirmed")
    confirmed.attending = False
    confirmed.full_clean()
    clinic.book(status=confirmed, start=clinic.appointment.start + timedelta(days=1), holds_place=True)
    assert errors_of(confirmed) == {"attending"}
    with pytest.raises(ValidationError):
        confirmed.save()
    assert AppointmentStatus.objects.get(name="Confirmed").attending


def test_it_is_fixed_too_once_a_policy_gives_the_status_to_what_is_cancelled(db):
    status = cancelled_status()
    assert not status.appointments.exists()
    status.attending = True
    assert errors_of(status) == {"attending"}
    with pytest.raises(ValidationError):
        status.save()


def test_until_then_it_may_change(db):
    status = AppointmentStatus.objects.get(name="Did not attend")
    status.attending = True
    status.full_clean()
    status.save()
    assert AppointmentStatus.objects.get(name="Did not attend").attending


def test_a_status_in_use_may_change_its_name_and_colour(clinic):
    status = clinic.appointment.status
    status.name, status.colour = "Expected", "#112233"
    status.full_clean()
    status.save()
    assert str(default_status()) == "Expected"


def test_there_is_one_default(db):
    confirmed = AppointmentStatus.objects.get(name="Confirmed")
    confirmed.is_default = True
    confirmed.full_clean()
    confirmed.save()
    assert default_status() == confirmed
    new = AppointmentStatus.objects.create(name="Pencilled in", is_default=True)
    assert default_status() == new


def test_the_default_is_changed_on_the_status_that_becomes_it(db):
    booked = default_status()
    booked.is_default = False
    assert errors_of(booked) == {"is_default"}


def test_a_status_that_frees_its_place_is_no_default(db):
    cancelled = cancelled_status()
    cancelled.is_default = True
    assert errors_of(cancelled) == {"is_default"}


def test_new_appointments_get_the_default_else_the_oldest_that_holds_its_place(db):
    assert AppointmentStatus.for_new_appointments().name == "Booked"
    AppointmentStatus.objects.filter(name="Confirmed").update(is_default=True)
    AppointmentStatus.objects.filter(name="Booked").update(is_default=False)
    assert AppointmentStatus.for_new_appointments().name == "Confirmed"
    AppointmentStatus.objects.update(is_default=False)
    assert AppointmentStatus.for_new_appointments().name == "Booked"
    AppointmentStatus.objects.filter(name="Cancelled").update(is_default=True)  # past the form
    assert AppointmentStatus.for_new_appointments().name == "Booked"


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#12345g", "#123456\n", "url(x)"])
def test_a_colour_is_six_hexadecimal_digits(db, colour):
    assert errors_of(AppointmentStatus(name="New", colour=colour)) == {"colour"}


def test_two_statuses_do_not_share_a_name(db):
    assert errors_of(AppointmentStatus(name="Booked")) == {"name"}
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentStatus.objects.create(name="Booked")
