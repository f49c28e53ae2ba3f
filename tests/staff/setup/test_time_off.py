"""Time off is entered in the location's days and hours, whatever the time zone of the staff user's account."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.factories import make_clinician, make_location
from wagtail_clientportal.models import TimeOff


@pytest.fixture
def boss(boss):
    """The user's own zone is far from every location's."""
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="boss"))
    profile.current_time_zone = "Pacific/Auckland"
    profile.save()
    return boss


def add(boss, first_day, last_day="", *, from_time="", until_time="", location=None):
    data = {
        "first_day": first_day,
        "last_day": last_day,
        "from_time": from_time,
        "until_time": until_time,
        "clinician": "",
        "location": location.pk if location else "",
        "reason": "Holiday",
    }
    return boss.post(reverse("clientportal_timeoff:add"), data)


def bounds():
    time_off = TimeOff.objects.get()
    return time_off.start, time_off.end


def test_whole_days_begin_and_end_at_the_locations_midnight(boss, db):
    brooklyn = make_location(timezone="America/New_York")
    assert add(boss, "2026-12-24", "2026-12-25", location=brooklyn).status_code == 302
    assert bounds() == (datetime(2026, 12, 24, 5, tzinfo=UTC), datetime(2026, 12, 26, 5, tzinfo=UTC))


def test_time_off_everywhere_is_in_the_sites_own_zone(boss, db):
    assert add(boss, "2027-07-01").status_code == 302
    assert bounds() == (datetime(2027, 6, 30, 23, tzinfo=UTC), datetime(2027, 7, 1, 23, tzinfo=UTC))


def test_exact_times_are_the_locations(boss, db):
    brooklyn = make_location(timezone="America/New_York")
    add(boss, "2026-12-01", from_time="09:30", until_time="13:00", location=brooklyn)
    assert bounds() == (datetime(2026, 12, 1, 14, 30, tzinfo=UTC), datetime(2026, 12, 1, 18, tzinfo=UTC))


def test_the_form_shows_again_what_was_entered(boss, db):
    brooklyn = make_location(timezone="America/New_York")
    add(boss, "2026-12-01", "2026-12-03", from_time="09:30", location=brooklyn)
    before = bounds()
    edit = reverse("clientportal_timeoff:edit", args=[TimeOff.objects.get().pk])
    initial = boss.get(edit).context["form"].initial
    shown = {name: str(initial[name] or "") for name in ("first_day", "last_day", "from_time", "until_time")}
    assert shown == {"first_day": "2026-12-01", "last_day": "2026-12-03", "from_time": "09:30:00", "until_time": ""}
    boss.post(edit, shown | {"location": brooklyn.pk, "reason": "Holiday"})
    assert bounds() == before


def test_the_list_names_the_zone_and_says_whole_days_as_days(boss, db):
    add(boss, "2026-12-24", "2026-12-25", location=make_location(timezone="America/New_York"))
    page = boss.get(reverse("clientportal_timeoff:index")).content.decode()
    assert "Thu 24 Dec 2026 – Fri 25 Dec 2026, New York time" in page


def test_midnight_at_the_end_is_the_end_of_that_day(boss, db):
    add(boss, "2026-12-01", from_time="18:00", until_time="00:00")
    assert bounds() == (datetime(2026, 12, 1, 18, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC))


def test_a_day_of_25_hours_is_wholly_off(boss, db):
    add(boss, "2027-10-31")
    start, end = bounds()
    assert (end - start).total_seconds() == 25 * 3600


def test_an_hour_that_comes_twice_is_off_both_times(boss, db):
    add(boss, "2027-10-31", from_time="01:00", until_time="01:30")
    assert bounds() == (datetime(2027, 10, 31, 0, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC))


def test_a_time_that_the_clocks_skip_is_refused_in_a_sentence(boss, db):
    response = add(boss, "2027-03-28", from_time="01:30", until_time="04:00")
    assert "there is no 01:30 in London time" in response.content.decode()
    assert not TimeOff.objects.exists()


@pytest.mark.parametrize(
    "days",
    [
        {"first_day": "2026-12-24", "last_day": "2026-12-23"},
        {"first_day": "2026-12-24", "from_time": "12:00", "until_time": "11:00"},
        {"first_day": "31/02/2026"},
        {"first_day": ""},
        {"first_day": "9999-12-31"},
        {"first_day": "0001-01-01", "last_day": "0001-01-01"},
        {"first_day": "2026-12-24", "from_time": "25:99"},
    ],
)
def test_nonsense_is_a_field_error(boss, db, days):
    assert add(boss, **days).status_code == 200
    assert not TimeOff.objects.exists()


def test_time_off_laid_over_appointments_warns_and_lists_them(boss, clinic):
    clinic.client.last_name = "<b>Hale</b>"
    clinic.client.save()
    data = {"first_day": clinic.appointment.local_start.date().isoformat(), "clinician": clinic.clinician.pk}
    page = boss.post(reverse("clientportal_timeoff:add"), data, follow=True).content.decode()
    assert TimeOff.objects.exists()
    assert "1 appointment lies within this time off, and stays. Move or cancel it:" in page
    assert reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[clinic.appointment.pk]) in page
    assert "Margaret &lt;b&gt;Hale&lt;/b&gt;" in page and "<b>Hale</b>" not in page


@pytest.mark.parametrize("elsewhere", ["another clinician", "another location", "the day before", "cancelled"])
def test_time_off_beside_the_appointments_warns_of_nothing(boss, clinic, elsewhere):
    data = {"first_day": clinic.appointment.local_start.date().isoformat()}
    if elsewhere == "another clinician":
        data["clinician"] = make_clinician(name="Ben").pk
    elif elsewhere == "another location":
        data["location"] = make_location(name="Elsewhere").pk
    elif elsewhere == "the day before":
        data["first_day"] = (clinic.appointment.local_start.date() - timedelta(days=1)).isoformat()
    else:
        type(clinic.appointment).objects.update(holds_place=False)
    page = boss.post(reverse("clientportal_timeoff:add"), data, follow=True).content.decode()
    assert TimeOff.objects.exists()
    assert "within this time off" not in page
