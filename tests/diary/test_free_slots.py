from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from tests.factories import (
    NOW,
    cancelled_status,
    make_appointment,
    make_client,
    make_clinician,
    make_location,
    make_type,
)
from wagtail_clientportal.diary.free_slots import find_free_slots, is_offered, is_within_hours
from wagtail_clientportal.diary.free_slots_sql import statements
from wagtail_clientportal.models import (
    Appointment,
    AppointmentType,
    BookingSettings,
    Clinician,
    Hold,
    Location,
    TimeOff,
    TimetabledHours,
    WorkingHours,
)

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
HOURLY = ["09:00", "10:00", "11:00"]


class Practice:
    """One clinician who works 9:00 to 12:00 from Monday to Friday, hour-long appointments on an hourly grid."""

    def __init__(self, zone="Europe/London", hours=(time(9), time(12))):
        self.location = make_location(timezone=zone)
        self.type = make_type(duration_minutes=60)
        self.clinician = make_clinician(locations=[self.location], appointment_types=[self.type], hours=hours)
        self.settings, _ = BookingSettings.objects.update_or_create(
            site=Site.objects.get(is_default_site=True),
            defaults={"lead_time": timedelta(0), "horizon_days": 730, "slot_interval_minutes": 60},
        )

    def set(self, **values):
        BookingSettings.objects.filter(pk=self.settings.pk).update(**values)

    def weekly(self, weekday, start, end, **values):
        return WorkingHours.objects.create(clinician=self.clinician, weekday=weekday, start=start, end=end, **values)

    def timetable(self, day, start, end, location=None):
        return TimetabledHours.objects.create(
            clinician=self.clinician, location=location or self.location, date=day, start=start, end=end
        )

    def book(self, start, **values):
        values = {"clinician": self.clinician, "location": self.location, "appointment_type": self.type} | values
        return make_appointment(client=make_client(), start=start, **values)

    def at(self, day, *clock):
        """An aware datetime by the location's clocks."""
        return datetime.combine(day, time(*clock), ZoneInfo(self.location.timezone))

    def between(self, start, end, *, clinician=None, **values):
        clinician = clinician or self.clinician
        values = {"now": NOW - timedelta(days=1)} | values
        return find_free_slots([clinician], self.type, self.location, start, end, **values)[clinician.pk]

    def on(self, day, **values):
        """What is offered on a local date, as the location's clocks show it."""
        found = self.between(self.at(day, 0), self.at(day + timedelta(days=1), 0), **values)
        return [f"{moment(minute).astimezone(ZoneInfo(self.location.timezone)):%H:%M}" for minute in found]


@pytest.fixture
def practice():
    return Practice()


def moment(minute):
    return datetime.fromtimestamp(minute * 60, UTC)


def minute_of(moment):
    return int(moment.timestamp()) // 60


# What comes back


def test_every_clinician_gets_a_sorted_list_of_minutes_since_1970(practice):
    other = make_clinician(locations=[practice.location], hours=None)
    found = find_free_slots(
        Clinician.objects.all(),
        practice.type,
        practice.location,
        practice.at(TUESDAY, 0),
        practice.at(WEDNESDAY, 0),
        now=NOW,
    )

    nine = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert found == {
        practice.clinician.pk: [minute_of(nine + timedelta(hours=hour)) for hour in range(3)],
        other.pk: [],
    }
    assert all(type(minute) is int for minute in found[practice.clinician.pk])


def test_any_iterable_of_clinicians_will_do_and_none_at_all_gives_nothing(practice):
    window = (practice.at(TUESDAY, 0), practice.at(WEDNESDAY, 0))
    one = find_free_slots(iter([practice.clinician]), practice.type, practice.location, *window, now=NOW)

    assert len(one[practice.clinician.pk]) == 3
    assert find_free_slots([], practice.type, practice.location, *window, now=NOW) == {}


@pytest.mark.parametrize("naive", ["start", "end", "now"])
def test_a_naive_datetime_is_refused_by_name(practice, naive):
    moments = {"start": practice.at(TUESDAY, 0), "end": practice.at(WEDNESDAY, 0), "now": NOW}
    moments[naive] = moments[naive].replace(tzinfo=None)

    with pytest.raises(ValueError, match=f"{naive} has no time zone"):
        find_free_slots([practice.clinician], practice.type, practice.location, **moments)


def test_an_end_before_the_start_offers_nothing(practice):
    assert practice.between(practice.at(WEDNESDAY, 0), practice.at(TUESDAY, 0)) == []
    assert practice.between(practice.at(TUESDAY, 9), practice.at(TUESDAY, 9)) == []


def test_without_now_the_present_counts(practice, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: practice.at(TUESDAY, 9, 30))

    assert practice.on(TUESDAY, now=None) == ["10:00", "11:00"]


def test_the_zone_of_the_datetimes_handed_in_does_not_matter(practice):
    tokyo = timezone(timedelta(hours=9))
    window = practice.at(TUESDAY, 0), practice.at(WEDNESDAY, 0)

    assert practice.between(*window) == practice.between(*(end.astimezone(tokyo) for end in window)) != []


# Who


def test_a_clinician_who_left_is_not_offered(practice):
    Clinician.objects.filter(pk=practice.clinician.pk).update(is_active=False)

    assert practice.on(TUESDAY) == []


def test_a_clinician_of_another_location_is_not_offered(practice):
    practice.clinician.locations.set([make_location()])

    assert practice.on(TUESDAY) == []


def test_a_clinician_who_does_not_do_that_type_is_not_offered(practice):
    practice.clinician.appointment_types.set([make_type()])

    assert practice.on(TUESDAY) == []


def test_a_closed_location_offers_nothing(practice):
    Location.objects.filter(pk=practice.location.pk).update(is_active=False)

    assert practice.on(TUESDAY) == []


def test_whether_clinician_and_type_are_online_is_for_the_caller_to_judge(practice):
    Clinician.objects.update(available_online=False)
    AppointmentType.objects.update(bookable_online=False)

    assert practice.on(TUESDAY) == HOURLY


# Weekly hours


def test_hours_of_another_location_do_not_count_and_hours_without_one_do(practice):
    WorkingHours.objects.update(location=make_location())
    practice.weekly(1, time(14), time(16))

    assert practice.on(TUESDAY) == ["14:00", "15:00"]


def test_hours_of_this_location_count(practice):
    WorkingHours.objects.update(location=practice.location)

    assert practice.on(TUESDAY) == HOURLY


def test_hours_count_from_the_first_day_to_the_last_both_included(practice):
    WorkingHours.objects.all().delete()
    for weekday in range(7):
        practice.weekly(weekday, time(9), time(10), valid_from=TUESDAY, valid_until=WEDNESDAY)

    assert [practice.on(MONDAY + timedelta(days=days)) for days in range(4)] == [[], ["09:00"], ["09:00"], []]


def test_an_end_of_midnight_is_the_end_of_the_day(practice):
    practice.weekly(1, time(22), time(0))

    assert practice.on(TUESDAY) == [*HOURLY, "22:00", "23:00"]


def test_the_whole_day_is_midnight_to_midnight(practice):
    WorkingHours.objects.all().delete()
    practice.weekly(1, time(0), time(0))

    assert len(practice.on(TUESDAY)) == 24


def test_an_appointment_may_run_over_midnight_where_the_hours_of_two_days_touch(practice):
    practice.weekly(1, time(22, 30), time(0))
    practice.weekly(2, time(0), time(2))

    found = practice.between(practice.at(TUESDAY, 20), practice.at(WEDNESDAY, 4))
    assert [f"{moment(minute):%a %H:%M}" for minute in found] == ["Tue 22:30", "Tue 23:30", "Wed 00:00", "Wed 01:00"]


def test_hours_that_touch_are_one_reach_with_a_grid_each(practice):
    practice.weekly(1, time(12), time(13, 30))
    practice.set(slot_interval_minutes=40)

    # Every 40 minutes from 9:00, and every 40 minutes from 12:00.
    assert practice.on(TUESDAY) == ["09:00", "09:40", "10:20", "11:00", "11:40", "12:00"]


def test_hours_that_overlap_offer_each_start_once(practice):
    practice.weekly(1, time(10), time(13))

    assert practice.on(TUESDAY) == ["09:00", "10:00", "11:00", "12:00"]


# Timetabled hours


def test_a_timetabled_date_replaces_the_weekly_hours(practice):
    practice.timetable(TUESDAY, time(14), time(16))
    practice.timetable(TUESDAY, time(18), time(0))

    assert practice.on(TUESDAY) == ["14:00", "15:00", *(f"{hour}:00" for hour in range(18, 24))]
    assert practice.on(WEDNESDAY) == HOURLY


def test_a_date_timetabled_elsewhere_leaves_nothing_here(practice):
    practice.timetable(TUESDAY, time(9), time(17), location=make_location())

    assert practice.on(TUESDAY) == []
    assert practice.on(WEDNESDAY) == HOURLY


def test_a_date_timetabled_here_and_elsewhere_counts_what_is_here(practice):
    practice.timetable(TUESDAY, time(9), time(12), location=make_location())
    practice.timetable(TUESDAY, time(15), time(16))

    assert practice.on(TUESDAY) == ["15:00"]


def test_the_timetable_of_a_colleague_changes_nothing(practice):
    TimetabledHours.objects.create(
        clinician=make_clinician(hours=None),
        location=practice.location,
        date=TUESDAY,
        start=time(15),
        end=time(16),
    )

    assert practice.on(TUESDAY) == HOURLY


# Time off


@pytest.mark.parametrize("whose", ["the clinician's", "everybody's"])
@pytest.mark.parametrize("where", ["here", "everywhere"])
def test_time_off_is_not_offered(practice, whose, where):
    TimeOff.objects.create(
        clinician=practice.clinician if whose == "the clinician's" else None,
        location=practice.location if where == "here" else None,
        start=practice.at(TUESDAY, 10),
        end=practice.at(TUESDAY, 11),
    )

    assert practice.on(TUESDAY) == ["09:00", "11:00"]


def test_time_off_of_a_colleague_or_at_another_location_changes_nothing(practice):
    span = {"start": practice.at(TUESDAY, 0), "end": practice.at(WEDNESDAY, 0)}
    TimeOff.objects.create(clinician=make_clinician(hours=None), **span)
    TimeOff.objects.create(location=make_location(), **span)
    TimeOff.objects.create(clinician=practice.clinician, location=make_location(), **span)

    assert practice.on(TUESDAY) == HOURLY


def test_time_off_that_began_long_ago_still_counts(practice):
    TimeOff.objects.create(start=practice.at(date(2020, 1, 1), 0), end=practice.at(TUESDAY, 11))

    assert practice.on(TUESDAY) == ["11:00"]


def test_time_off_to_the_last_microsecond_of_an_hour_leaves_the_next(practice):
    TimeOff.objects.create(start=practice.at(TUESDAY, 9), end=practice.at(TUESDAY, 9, 59, 59, 999_999))

    assert practice.on(TUESDAY) == ["10:00", "11:00"]


def test_the_grid_does_not_move_with_time_off(practice):
    TimeOff.objects.create(start=practice.at(TUESDAY, 9), end=practice.at(TUESDAY, 9, 20))

    assert practice.on(TUESDAY) == ["10:00", "11:00"]


# What is taken


def test_an_appointment_takes_its_place(practice):
    practice.book(practice.at(TUESDAY, 10))

    assert practice.on(TUESDAY) == ["09:00", "11:00"]


def test_an_appointment_at_another_location_takes_the_clinicians_time_too(practice):
    practice.book(practice.at(TUESDAY, 10), location=make_location())

    assert practice.on(TUESDAY) == ["09:00", "11:00"]


def test_an_appointment_of_a_colleague_takes_nothing(practice):
    practice.book(practice.at(TUESDAY, 10), clinician=make_clinician(hours=None))

    assert practice.on(TUESDAY) == HOURLY


def test_a_cancelled_appointment_takes_nothing(practice):
    practice.book(practice.at(TUESDAY, 10), status=cancelled_status())

    assert practice.on(TUESDAY) == HOURLY


def test_the_buffer_behind_an_appointment_is_taken(practice):
    practice.book(practice.at(TUESDAY, 9), busy_until=practice.at(TUESDAY, 10, 1))

    assert practice.on(TUESDAY) == ["11:00"]


def test_a_fraction_of_a_second_into_a_slot_takes_it(practice):
    practice.book(practice.at(TUESDAY, 9), busy_until=practice.at(TUESDAY, 10, 0, 0, 1))

    assert practice.on(TUESDAY) == ["11:00"]


def test_the_buffer_of_the_new_appointment_has_to_fit_before_what_is_taken(practice):
    practice.book(practice.at(TUESDAY, 11))
    AppointmentType.objects.update(buffer_minutes=1)
    practice.type.refresh_from_db()

    assert practice.on(TUESDAY) == ["09:00"]


def test_the_buffer_may_reach_past_the_hours_and_past_the_end(practice):
    practice.type.buffer_minutes = 45

    assert practice.on(TUESDAY) == HOURLY
    assert len(practice.between(practice.at(TUESDAY, 9), practice.at(TUESDAY, 12))) == 3


def test_the_buffer_past_the_end_still_may_not_meet_anything(practice):
    practice.book(practice.at(TUESDAY, 12, 30))
    practice.type.buffer_minutes = 45

    assert len(practice.between(practice.at(TUESDAY, 9), practice.at(TUESDAY, 12))) == 2


def test_an_appointment_that_began_before_the_window_takes_its_place(practice):
    practice.book(practice.at(MONDAY, 11, 1), end=practice.at(TUESDAY, 10), busy_until=practice.at(TUESDAY, 11))

    assert practice.on(TUESDAY) == ["11:00"]


def test_a_hold_takes_its_place_until_it_expires(practice):
    Hold.objects.create(
        clinician=practice.clinician,
        location=make_location(),
        start=practice.at(TUESDAY, 10),
        busy_until=practice.at(TUESDAY, 11),
        expires_at=NOW,
        key="a",
    )

    assert practice.on(TUESDAY, now=NOW - timedelta(seconds=1)) == ["09:00", "11:00"]
    assert practice.on(TUESDAY, now=NOW) == HOURLY


# The window, the lead time and the horizon


def test_a_slot_lies_wholly_between_start_and_end(practice):
    assert [
        f"{moment(minute):%H:%M:%S}"
        for minute in practice.between(practice.at(TUESDAY, 9, 0, 1), practice.at(TUESDAY, 11, 59, 59))
    ] == ["10:00:00"]
    assert len(practice.between(practice.at(TUESDAY, 9), practice.at(TUESDAY, 12))) == 3


def test_nothing_is_offered_sooner_than_the_lead_time(practice):
    practice.set(lead_time=timedelta(hours=2))

    assert practice.on(TUESDAY, now=practice.at(TUESDAY, 8)) == ["10:00", "11:00"]
    assert practice.on(TUESDAY, now=practice.at(TUESDAY, 8, 0, 0, 1)) == ["11:00"]


def test_nothing_is_offered_past_the_horizon(practice):
    practice.set(horizon_days=1)

    assert practice.on(TUESDAY, now=practice.at(MONDAY, 11)) == ["09:00", "10:00"]
    assert practice.on(TUESDAY, now=practice.at(MONDAY, 10, 59, 59)) == ["09:00"]
    assert practice.on(WEDNESDAY, now=practice.at(MONDAY, 11)) == []


def test_nothing_is_offered_before_the_whole_days_of_lead_time_are_over(practice):
    practice.set(lead_days=1)

    assert practice.on(MONDAY, now=practice.at(MONDAY, 0)) == []
    assert practice.on(TUESDAY, now=practice.at(MONDAY, 23, 59)) == HOURLY


def test_one_month_on_the_25th_offers_up_to_and_including_the_24th(practice):
    practice.set(horizon_months=1)
    last, now = date(2026, 12, 24), practice.at(WEDNESDAY, 8)

    assert practice.on(last, now=now) == HOURLY
    assert practice.on(last + timedelta(days=1), now=now) == []


def test_the_settings_are_those_of_the_locations_site(practice):
    site = Site.objects.create(hostname="other.example", root_page=Page.objects.get(depth=1))
    BookingSettings.objects.create(site=site, lead_time=timedelta(0), horizon_days=730, slot_interval_minutes=90)
    assert practice.on(TUESDAY) == HOURLY

    Location.objects.filter(pk=practice.location.pk).update(site=site)

    assert practice.on(TUESDAY) == ["09:00", "10:30"]


def test_a_site_without_settings_has_the_defaults(practice):
    BookingSettings.objects.all().delete()
    defaults = BookingSettings()

    assert practice.on(TUESDAY)[:2] == ["09:00", f"09:{defaults.slot_interval_minutes}"]
    assert practice.on(TUESDAY, now=practice.at(TUESDAY, 10) - defaults.lead_time)[0] == "10:00"
    assert practice.on(MONDAY + timedelta(days=defaults.horizon_days + 7)) == []


# Moving an appointment


def test_its_own_place_is_free_but_its_present_start_is_not_offered(practice):
    own = practice.book(practice.at(TUESDAY, 9, 30))
    practice.set(slot_interval_minutes=30)

    assert practice.on(TUESDAY) == ["10:30", "11:00"]
    assert practice.on(TUESDAY, ignoring=own) == ["09:00", "10:00", "10:30", "11:00"]


def test_its_own_length_and_buffer_count_and_not_the_types(practice):
    own = practice.book(
        practice.at(WEDNESDAY, 9), end=practice.at(WEDNESDAY, 11), busy_until=practice.at(WEDNESDAY, 11, 30)
    )
    practice.book(practice.at(TUESDAY, 12, 30))

    assert practice.on(TUESDAY, ignoring=own) == ["09:00", "10:00"]

    Appointment.objects.exclude(pk=own.pk).update(start=practice.at(TUESDAY, 12, 29))

    assert practice.on(TUESDAY, ignoring=own) == ["09:00"]


def test_others_are_still_in_the_way(practice):
    own = practice.book(practice.at(TUESDAY, 9))
    practice.book(practice.at(TUESDAY, 10))

    assert practice.on(TUESDAY, ignoring=own) == ["11:00"]


def test_another_clinician_may_be_offered_the_present_start(practice):
    own = practice.book(practice.at(TUESDAY, 9))
    colleague = make_clinician(
        locations=[practice.location], appointment_types=[practice.type], hours=(time(9), time(12))
    )

    assert practice.on(TUESDAY, ignoring=own, clinician=colleague) == HOURLY


# Clock changes


def test_no_slot_at_a_time_that_does_not_exist_in_spring():
    practice = Practice(hours=None)
    practice.weekly(6, time(0), time(4))

    assert practice.on(date(2027, 3, 28)) == ["00:00", "02:00", "03:00"]


def test_a_slot_before_the_spring_gap_takes_its_full_time_behind_it():
    practice = Practice(hours=None)
    practice.weekly(6, time(0), time(4))
    practice.set(slot_interval_minutes=30)

    # 0:30 plus an hour is 2:30 by the clock.
    practice.book(datetime(2027, 3, 28, 1, 15, tzinfo=UTC))
    assert practice.on(date(2027, 3, 28)) == ["00:00"]


def test_a_slot_is_not_offered_twice_in_autumn():
    practice = Practice(hours=None)
    practice.weekly(6, time(0), time(4))
    found = practice.between(practice.at(date(2027, 10, 31), 0), practice.at(date(2027, 11, 1), 0))

    # 0:00 and 1:00 summer time, 2:00 and 3:00 winter time: the second 1:00 is left out.
    assert found == [
        minute_of(datetime(2027, 10, 30, 23, tzinfo=UTC)),
        minute_of(datetime(2027, 10, 31, 0, tzinfo=UTC)),
        minute_of(datetime(2027, 10, 31, 2, tzinfo=UTC)),
        minute_of(datetime(2027, 10, 31, 3, tzinfo=UTC)),
    ]


def test_nine_oclock_stays_nine_oclock_over_the_clock_change():
    practice = Practice(hours=(time(9), time(10)))
    found = practice.between(practice.at(date(2027, 10, 29), 0), practice.at(date(2027, 11, 2), 0))

    assert [moment(minute).hour for minute in found] == [8, 9]  # Friday in summer time, Monday in winter time


def test_half_an_hours_clock_change_is_right_too():
    practice = Practice("Australia/Lord_Howe", hours=None)
    practice.weekly(6, time(1), time(4))
    practice.set(slot_interval_minutes=30)

    # Forward at 2:00 by half an hour: 2:00 does not exist, 3:00 is the last that leaves an hour.
    assert practice.on(date(2027, 10, 3)) == ["01:00", "01:30", "02:30", "03:00"]


def test_kathmandus_three_quarters_of_an_hour_are_right():
    practice = Practice("Asia/Kathmandu")

    assert practice.on(TUESDAY) == HOURLY
    assert moment(practice.between(practice.at(TUESDAY, 0), practice.at(WEDNESDAY, 0))[0]).minute == 15


# One start


def test_a_free_start_is_offered_and_others_are_not(practice):
    practice.book(practice.at(TUESDAY, 10))

    def offered(start, **values):
        return is_offered(practice.clinician, practice.type, practice.location, start, now=NOW, **values)

    assert offered(practice.at(TUESDAY, 9))
    assert offered(practice.at(TUESDAY, 9).astimezone(timezone(timedelta(hours=-5))))
    assert not offered(practice.at(TUESDAY, 10))  # taken
    assert not offered(practice.at(TUESDAY, 9, 30))  # off the grid
    assert not offered(practice.at(TUESDAY, 9, 0, 1))
    assert not offered(practice.at(TUESDAY, 12))  # after hours
    assert not offered(practice.at(date(2026, 11, 22), 9))  # past


def test_the_present_start_of_the_appointment_that_moves_is_not_offered(practice):
    own = practice.book(practice.at(TUESDAY, 10))

    assert not is_offered(practice.clinician, practice.type, practice.location, own.start, ignoring=own, now=NOW)
    assert is_offered(
        practice.clinician, practice.type, practice.location, practice.at(TUESDAY, 11), ignoring=own, now=NOW
    )


def test_a_naive_start_is_refused(practice):
    with pytest.raises(ValueError, match="start has no time zone"):
        is_offered(practice.clinician, practice.type, practice.location, datetime(2026, 11, 24, 9), now=NOW)


def test_a_start_that_is_taken_is_still_within_the_hours(practice):
    practice.book(practice.at(TUESDAY, 10))
    Hold.objects.create(
        clinician=practice.clinician,
        location=practice.location,
        start=practice.at(TUESDAY, 11),
        busy_until=practice.at(TUESDAY, 12),
        expires_at=NOW + timedelta(hours=1),
        key="a",
    )
    TimeOff.objects.create(start=practice.at(WEDNESDAY, 0), end=practice.at(WEDNESDAY, 10))

    def within(start):
        return is_within_hours(practice.clinician, practice.type, practice.location, start, now=NOW)

    assert within(practice.at(TUESDAY, 10))
    assert within(practice.at(TUESDAY, 11))
    assert not within(practice.at(TUESDAY, 9, 30))
    assert not within(practice.at(WEDNESDAY, 9))
    assert within(practice.at(WEDNESDAY, 10))


# How it asks


def test_the_number_of_queries_is_the_same_for_a_day_and_for_sixty_with_twenty_clinicians(practice):
    clinicians = [practice.clinician] + [
        make_clinician(locations=[practice.location], appointment_types=[practice.type]) for _ in range(19)
    ]
    start = practice.at(TUESDAY, 0)
    for clinician in clinicians:
        practice.book(practice.at(TUESDAY, 10), clinician=clinician)
        TimeOff.objects.create(clinician=clinician, start=start, end=practice.at(TUESDAY, 9, 1))

    def queries(some, days):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found = find_free_slots(
                some, practice.type, practice.location, start, start + timedelta(days=days), now=NOW
            )
        assert all(found.values())
        return len(captured)

    assert queries(clinicians[:1], 1) == queries(clinicians, 60) == 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own functions")
def test_a_sqlite_without_unixepoch_gives_the_same_slots(practice, monkeypatch):
    practice.timetable(TUESDAY, time(9), time(0))
    practice.book(practice.at(TUESDAY, 10), busy_until=practice.at(TUESDAY, 11, 0, 0, 1))
    found = practice.on(TUESDAY)
    monkeypatch.setattr(connection.Database, "sqlite_version_info", (3, 31, 0))
    statements.cache_clear()
    try:
        assert "unixepoch" not in "".join(statements("default"))
        assert practice.on(TUESDAY) == found == ["09:00", *(f"{hour}:00" for hour in range(12, 24))]
    finally:
        statements.cache_clear()


def test_a_database_that_keeps_local_times_is_refused(monkeypatch):
    if connection.features.supports_timezones:
        pytest.skip("This database keeps zones.")
    monkeypatch.setattr(connection, "timezone_name", "Europe/London")
    statements.cache_clear()
    try:
        with pytest.raises(ImproperlyConfigured, match="keeps its datetimes in Europe/London"):
            statements("default")
    finally:
        statements.cache_clear()


@pytest.mark.parametrize("clinicians", [1, 20])
def test_a_long_past_does_not_matter_because_the_diary_is_read_by_an_index(practice, clinicians):
    everybody = [practice.clinician] + [
        make_clinician(locations=[practice.location], appointment_types=[practice.type], hours=None) for _ in range(19)
    ]
    first = practice.book(NOW - timedelta(days=400))
    Appointment.objects.bulk_create(
        Appointment(
            client=first.client,
            clinician=clinician,
            location=practice.location,
            appointment_type=practice.type,
            start=first.start + timedelta(hours=hour),
            end=first.end + timedelta(hours=hour),
            busy_until=first.end + timedelta(hours=hour),
            status=first.status,
            holds_place=True,
        )
        for clinician in everybody
        for hour in range(1, 300)
    )
    if connection.vendor != "mysql":  # MariaDB looks at the index itself, and an ANALYZE there would commit
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE wagtail_clientportal_appointment")
    with CaptureQueriesContext(connection) as captured:
        find_free_slots(
            everybody[:clinicians], practice.type, practice.location, NOW, NOW + timedelta(days=60), now=NOW
        )
    (diary,) = (query["sql"] for query in captured if "holds_place" in query["sql"])

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{diary}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    # On few rows the index on the start alone is as good.
    assert "cp_appointment_diary" in plan or "wagtail_clientportal_appointment_start" in plan
    assert "SCAN wagtail_clientportal_appointment" not in plan
    assert "Seq Scan on wagtail_clientportal_appointment" not in plan
