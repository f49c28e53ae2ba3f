"""However Django's ORM writes an appointment, its end, buffer and place follow."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from django.db.models import F

from tests.factories import NOW, cancelled_status, default_status
from wagtail_clientportal.diary.queries import is_taken
from wagtail_clientportal.models import Appointment, AppointmentType

LATER = NOW + timedelta(days=3)


@pytest.fixture
def appointment(clinic):
    """Half an hour with ten minutes behind it, whose type has become another one since."""
    AppointmentType.objects.update(buffer_minutes=10)
    clinic.appointment_type.refresh_from_db()
    appointment = clinic.book(start=NOW + timedelta(days=1))
    AppointmentType.objects.update(buffer_minutes=50, duration_minutes=45)
    return Appointment.objects.get(pk=appointment.pk)


def _written(appointment):
    return Appointment.objects.get(pk=appointment.pk)


def _saved(appointment, **values):
    for name, value in values.items():
        setattr(appointment, name, value)
    appointment.save()


def _saved_alone(appointment, **values):
    for name, value in values.items():
        setattr(appointment, name, value)
    appointment.save(update_fields=[*values])


def _found_or_made(appointment, **values):
    Appointment.objects.update_or_create(pk=appointment.pk, defaults=values)


def _updated(appointment, **values):
    assert Appointment.objects.filter(pk=appointment.pk).update(**values) == 1


def _updated_together(appointment, **values):
    for name, value in values.items():
        setattr(appointment, name, value)
    assert Appointment.objects.bulk_update([appointment], [*values]) == 1


WAYS = [_saved, _saved_alone, _found_or_made, _updated, _updated_together]


@pytest.mark.parametrize("write", WAYS)
def test_a_moved_start_takes_the_end_and_the_buffer_along(appointment, write):
    write(appointment, start=LATER)
    found = _written(appointment)
    assert (found.start, found.end) == (LATER, LATER + timedelta(minutes=30))
    assert (found.busy_until, found.buffer_minutes) == (LATER + timedelta(minutes=40), 10)


@pytest.mark.parametrize("write", WAYS)
def test_a_start_and_an_end_that_are_moved_take_the_buffer_along(appointment, write):
    earlier = appointment.start - timedelta(days=1)
    write(appointment, start=earlier, end=earlier + timedelta(minutes=20))
    found = _written(appointment)
    assert (found.start, found.end) == (earlier, earlier + timedelta(minutes=20))
    assert found.busy_until == earlier + timedelta(minutes=30)


@pytest.mark.parametrize("write", WAYS)
def test_what_is_written_along_stays_as_it_was_written(appointment, write):
    write(appointment, start=LATER, end=LATER + timedelta(hours=1), busy_until=LATER + timedelta(hours=2))
    found = _written(appointment)
    assert (found.end, found.busy_until) == (LATER + timedelta(hours=1), LATER + timedelta(hours=2))
    assert found.buffer_minutes == 60


@pytest.mark.parametrize("write", WAYS)
def test_a_status_frees_the_place_and_takes_it_back(clinic, appointment, write):
    write(appointment, status=cancelled_status())
    assert not _written(appointment).holds_place
    place = {"ignoring": None, "now": NOW}
    assert not is_taken(clinic.clinician.pk, appointment.start, appointment.end, **place)
    write(_written(appointment), status=default_status())
    assert _written(appointment).holds_place
    assert is_taken(clinic.clinician.pk, appointment.start, appointment.end, **place)


@pytest.mark.parametrize("write", WAYS)
def test_what_has_nothing_to_do_with_the_place_leaves_it_as_it_stands(appointment, write):
    write(appointment, external_ref="EXT-7")
    found = _written(appointment)
    assert (found.busy_until - found.end, found.external_ref) == (timedelta(minutes=10), "EXT-7")


def test_a_status_by_its_key_is_a_status(appointment):
    Appointment.objects.update(status_id=cancelled_status().pk)
    assert not Appointment.objects.filter(holds_place=True).exists()


def test_one_that_was_fetched_in_part_or_again_follows_too(appointment):
    part = Appointment.objects.only("start").get(pk=appointment.pk)
    part.start = LATER
    part.save()
    assert _written(appointment).busy_until == LATER + timedelta(minutes=40)
    appointment.refresh_from_db()
    appointment.save()
    assert _written(appointment).end == LATER + timedelta(minutes=30)
    appointment.end += timedelta(minutes=5)
    appointment.refresh_from_db(fields=["start"])
    appointment.save()
    assert _written(appointment).busy_until == LATER + timedelta(minutes=45)


def test_moments_may_be_written_as_texts(clinic, appointment):
    Appointment.objects.filter(pk=appointment.pk).update(start="2026-11-27T09:00:00+00:00")
    assert _written(appointment).end == datetime.fromisoformat("2026-11-27T09:30:00+00:00")


def test_those_that_are_made_together_are_filled_in_like_one(clinic):
    AppointmentType.objects.update(buffer_minutes=10)
    clinic.appointment_type.refresh_from_db()
    made = clinic.book(start=LATER)
    Appointment.objects.bulk_create(
        Appointment(
            client=clinic.client,
            clinician=clinic.clinician,
            location=clinic.location,
            appointment_type=clinic.appointment_type,
            start=LATER + timedelta(hours=hours),
            status=status,
        )
        for hours, status in ((1, default_status()), (2, cancelled_status()))
    )
    one, other = Appointment.objects.filter(start__gt=LATER).order_by("start")
    assert (one.end - one.start, one.buffer, one.buffer_minutes) == (made.duration, made.buffer, 10)
    assert one.holds_place and not other.holds_place


def test_a_start_that_is_worked_out_by_the_database_is_refused(appointment):
    with pytest.raises(TypeError, match="plain values only"):
        Appointment.objects.update(start=F("start") + timedelta(days=1))
    assert _written(appointment).start == appointment.start


def test_an_end_before_the_start_is_refused_by_the_database(appointment):
    appointment.end = appointment.start
    with pytest.raises(IntegrityError):
        appointment.save()
