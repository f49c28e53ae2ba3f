"""Whole clinics made up by Hypothesis: what is offered, against looking at the clock every minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from wagtail.models import Site

from tests.availability import minute_by_minute
from tests.factories import default_status, make_client, make_clinician, make_location, make_type
from wagtail_clientportal.diary.free_slots import find_free_slots
from wagtail_clientportal.models import (
    Appointment,
    BookingSettings,
    Hold,
    TimeOff,
    TimetabledHours,
    WorkingHours,
)

# The clocks change on the second of three days, but in Kathmandu and on an ordinary day in London.
MIDDLES = [
    ("Europe/London", date(2027, 3, 28)),
    ("Europe/London", date(2027, 10, 31)),
    ("Europe/London", date(2027, 6, 9)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("America/Santiago", date(2027, 9, 5)),
    ("Asia/Beirut", date(2027, 10, 30)),
    ("Asia/Kathmandu", date(2027, 3, 28)),
]
quarters = st.integers(0, 95).flatmap(lambda start: st.tuples(st.just(start * 15), st.integers(start + 1, 96)))
wall_hours = quarters.map(lambda pair: (pair[0], pair[1] * 15))
valid = st.sampled_from([None, -1, 0, 1])  # days away from the one in the middle
# Minutes from the middle day's midnight in UTC, and how long.
spans = st.tuples(st.integers(-1500, 3000), st.integers(1, 240))


def wall_time(wall):
    return time(wall % 1440 // 60, wall % 60)  # 24:00 is 00:00


class FreeSlots(TestCase):
    @settings(deadline=None, max_examples=60)
    @given(
        place=st.sampled_from(MIDDLES),
        weekly=st.lists(st.tuples(st.integers(-1, 1), wall_hours, st.sampled_from("*he"), valid, valid), max_size=6),
        timetable=st.lists(st.tuples(st.integers(-1, 1), wall_hours, st.sampled_from("he")), max_size=2),
        time_off=st.lists(st.tuples(spans, st.sampled_from("*co"), st.sampled_from("*he")), max_size=2),
        appointments=st.lists(
            st.tuples(spans, st.integers(0, 45), st.booleans(), st.sampled_from("he")), min_size=1, max_size=4
        ),
        hold=st.tuples(spans, st.booleans()),
        length=st.tuples(st.integers(5, 150), st.integers(0, 45)),
        step=st.sampled_from([5, 15, 20, 45, 60]),
        ignoring=st.booleans(),
        lead=st.integers(0, 1000),
        window=st.tuples(st.integers(-1500, 1500), st.integers(60, 4000)),
    )
    def test_the_slots_of_any_clinic_are_those_found_minute_by_minute(
        self, place, weekly, timetable, time_off, appointments, hold, length, step, ignoring, lead, window
    ):
        zone, middle = place
        zero = datetime.combine(middle, time(), UTC)
        now = zero - timedelta(days=1, hours=1)
        here, elsewhere = make_location(timezone=zone), make_location(timezone=zone)
        where = {"*": None, "h": here, "e": elsewhere}
        duration, buffer = length
        kind = make_type(duration_minutes=duration, buffer_minutes=buffer)
        clinician = make_clinician(locations=[here, elsewhere], appointment_types=[kind], hours=None)
        colleague = make_clinician(hours=None)
        BookingSettings.objects.update_or_create(
            site=Site.objects.get(is_default_site=True),
            defaults={
                "lead_time": timedelta(minutes=lead),
                "horizon_days": 2,
                "slot_interval_minutes": step,
            },
        )

        def day(away):
            return None if away is None else middle + timedelta(days=away)

        def moment(minutes):
            return zero + timedelta(minutes=minutes)

        hours = {}
        for away, (start, end), at, since, until in weekly:
            WorkingHours.objects.create(
                clinician=clinician,
                weekday=day(away).weekday(),
                start=wall_time(start),
                end=wall_time(end),
                location=where[at],
                valid_from=day(since),
                valid_until=day(until),
            )
            if at != "e" and (since is None or since <= away) and (until is None or away <= until):
                hours.setdefault(day(away), []).append((start, end))
        for away, *_rest in timetable:
            hours[day(away)] = []
        for away, (start, end), at in timetable:
            TimetabledHours.objects.create(
                clinician=clinician, date=day(away), start=wall_time(start), end=wall_time(end), location=where[at]
            )
            if at == "h":
                hours[day(away)].append((start, end))
        off = []
        for (start, minutes), whose, at in time_off:
            TimeOff.objects.create(
                clinician={"*": None, "c": clinician, "o": colleague}[whose],
                location=where[at],
                start=moment(start),
                end=moment(start + minutes),
            )
            if whose != "o" and at != "e":
                off.append((start, start + minutes))
        busy, made, patient = [], [], make_client()
        for (start, minutes), behind, holds_place, at in appointments:
            made.append(
                Appointment.objects.create(
                    client=patient,
                    clinician=clinician,
                    location=where[at],
                    appointment_type=kind,
                    start=moment(start),
                    end=moment(start + minutes),
                    busy_until=moment(start + minutes + behind),
                    status=default_status(),
                    holds_place=holds_place,
                    overbooked=True,
                )
            )
            if holds_place:
                busy.append((start, start + minutes + behind))
        moved = None
        if ignoring:
            moved = made[0]
            (start, duration), buffer, holds_place, _at = appointments[0]
            if holds_place:
                busy.remove((start, start + duration + buffer))
        (start, minutes), expired = hold
        Hold.objects.create(
            clinician=clinician,
            location=elsewhere,
            start=moment(start),
            busy_until=moment(start + minutes),
            expires_at=now if expired else now + timedelta(seconds=1),
            key="one",
        )
        if not expired:
            busy.append((start, start + minutes))

        begin, end = moment(window[0]), moment(window[0] + window[1])
        found = find_free_slots(
            [clinician, colleague],
            kind,
            here,
            begin.astimezone(ZoneInfo(zone)),
            end,
            ignoring=moved,
            now=now,
        )

        at_zero = minute_by_minute.utc_minute(zero)
        expected = minute_by_minute.bookable_starts(
            zone,
            hours,
            [(at_zero + start, at_zero + stop) for start, stop in busy],
            [(at_zero + start, at_zero + stop) for start, stop in off],
            duration=duration,
            buffer=buffer,
            step=step,
            earliest=minute_by_minute.utc_minute(max(begin, now + timedelta(minutes=lead))),
            latest_end=minute_by_minute.utc_minute(min(end, now + timedelta(days=2))),
        )
        if moved:
            expected = [start for start in expected if start != minute_by_minute.utc_minute(moved.start)]
        assert found == {clinician.pk: expected, colleague.pk: []}
