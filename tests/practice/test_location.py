import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Site

from tests.factories import NOW, make_location, make_type


@pytest.mark.parametrize("name", ["London", "GMT+25", "", "../etc/passwd", "europe/london"])
def test_what_is_no_time_zone_is_a_field_error(db, name):
    location = make_location()
    location.timezone = name
    with pytest.raises(ValidationError) as caught:
        location.full_clean()
    assert set(caught.value.message_dict) == {"timezone"}


def test_a_location_has_the_projects_zone_until_somebody_says_otherwise(db):
    location = type(make_location())(name="New")
    assert location.timezone == "Europe/London"
    assert make_location(timezone="America/New_York").local(NOW).hour == 3


def test_a_location_without_a_site_belongs_to_the_default_one(db):
    default = Site.objects.get()
    other = Site.objects.create(hostname="other.example", root_page=default.root_page)
    assert make_location().portal_site == default
    assert make_location(site=other).portal_site == other
    Site.objects.update(is_default_site=False)
    assert make_location().portal_site is None


@pytest.mark.parametrize(("duration", "buffer", "fine"), [(1440, 0, True), (1430, 10, True), (1431, 10, False)])
def test_an_appointment_with_its_buffer_is_at_most_a_day_long(db, duration, buffer, fine):
    appointment_type = make_type(duration_minutes=duration, buffer_minutes=buffer)
    if fine:
        appointment_type.full_clean()
        return
    with pytest.raises(ValidationError) as caught:
        appointment_type.full_clean()
    assert set(caught.value.message_dict) == {"duration_minutes"}
