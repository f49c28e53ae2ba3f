from tests.factories import NOW, make_location
from wagtail_clientportal.diary.from_and_to import from_and_to
from wagtail_clientportal.models import AppointmentEvent


def test_a_start_is_said_in_the_zone_of_its_own_place_or_else_of_the_nearest_known(clinic):
    york = make_location(name="Hudson Rooms", timezone="America/New_York")
    moved = AppointmentEvent(
        appointment=clinic.appointment, old_start=NOW, new_start=NOW, old_location=clinic.location, new_location=york
    )
    assert [one.zone.key for one in from_and_to(moved)] == ["Europe/London", "America/New_York"]
    booked = AppointmentEvent(appointment=clinic.appointment, new_start=NOW, new_location=york)
    assert [one.zone.key for one in from_and_to(booked)] == ["America/New_York", "America/New_York"]
    unknown = AppointmentEvent(appointment=clinic.appointment, old_start=NOW)
    assert [one.zone.key for one in from_and_to(unknown)] == ["Europe/London", "Europe/London"]
