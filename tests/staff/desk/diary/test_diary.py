"""The diary: who sees whom when, as a sheet and as a list."""

import re
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOW, cancelled_status, make_client, make_clinician, make_location, make_type
from tests.staff.filling_in import filled_in
from wagtail_clientportal.models import AppointmentStatus, Hold, OutsideBusy, TimeOff, TimetabledHours

WEDNESDAY = "2026-11-25"
HOUR = timedelta(hours=1)
# Beyond what any page of the admin asks.
OWN_QUERIES = 10


def diary(browser, **query):
    response = browser.get(reverse("wagtail_clientportal_diary:index"), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


def columns(page):
    """The names above the columns, each with what stands in it."""
    heads = [words(one) for one in page.select(".diary__head")]
    return dict(zip(heads, page.select(".diary__column"), strict=True))


def standing(column):
    return [words(one) for one in column.select(".diary__one")]


def lines_of(element):
    """At which line something stands, and how many it takes."""
    return tuple(int(re.search(rf"--{name}: (\d+)", element["style"])[1]) for name in ("line", "length"))


def free(column, *, in_hours=True):
    return [one for one in column.select(".diary__free") if in_hours is not one.has_attr("tabindex")]


def asked(link):
    return {name: values[0] for name, values in parse_qs(urlsplit(link["href"]).query).items()}


# -- A day


def test_a_day_has_a_column_a_clinician_and_each_appointment_at_its_time(boss, clinic):
    ben = make_clinician(name="Ben Marlow", locations=[clinic.location])
    clinic.book(clinician=ben, client=make_client(first_name="Ann"), start=clinic.appointment.start + 2 * HOUR)
    page = diary(boss, date=WEDNESDAY)
    assert words(page.select_one(".diary__period")) == "Wednesday 25 November 2026"
    found = columns(page)
    assert {name: standing(column) for name, column in found.items()} == {
        "Ada Osei": ["10:00 Margaret Hale Physiotherapy follow-up"],
        "Ben Marlow": ["12:00 Ann Hale Physiotherapy follow-up"],
    }
    assert lines_of(found["Ben Marlow"].select_one(".diary__one")) == (12 * 60, 30)
    assert lines_of(found["Ada Osei"].select_one(".diary__worked")) == (9 * 60, 8 * 60)


def test_the_same_stands_below_as_a_list(boss, clinic):
    page = diary(boss, date=WEDNESDAY)
    [row] = page.select("table tbody tr")
    assert [words(cell) for cell in row.select("td")] == [
        "10:00–10:30",
        "Margaret Hale",
        "Physiotherapy follow-up",
        clinic.appointment.status.name,
    ]
    assert words(page.select_one(".diary__facts")) == "Working hours: 09:00–17:00."


def test_a_day_begins_today_and_leads_to_those_beside_it(boss, clinic):
    page = diary(boss)
    assert words(page.select_one(".diary__period")) == "Monday 23 November 2026"
    assert asked(page.select_one("[rel=prev]"))["date"] == "2026-11-22"
    assert asked(page.select_one("[rel=next]"))["date"] == "2026-11-24"
    assert lines_of_now(page) == 8 * 60
    assert lines_of_now(diary(boss, date=WEDNESDAY)) is None


def lines_of_now(page):
    line = page.select_one(".diary__now")
    return line and int(line["data-diary-now"])


def test_a_day_is_jumped_to_as_people_write_it(boss, clinic):
    assert words(diary(boss, date="25 Nov").select_one(".diary__period")) == "Wednesday 25 November 2026"
    page = diary(boss, date="the other day")
    assert "Write the day" in words(page.select_one(".error-message"))
    assert page.select_one("[name=date]")["value"] == "the other day"
    assert words(page.select_one(".diary__period")) == "Monday 23 November 2026"


def test_a_status_is_said_and_not_only_coloured(boss, clinic):
    clinic.appointment.status = AppointmentStatus.objects.get(name="Arrived")
    clinic.appointment.save()
    [column] = columns(diary(boss, date=WEDNESDAY)).values()
    assert standing(column) == ["10:00 Margaret Hale ✓ Arrived Physiotherapy follow-up"]
    assert f"--colour: {clinic.appointment.status.colour}" in column.select_one(".diary__one")["style"]


def test_the_overbooked_stand_side_by_side_and_say_so(boss, clinic):
    clinic.book(client=make_client(first_name="Ann"), start=clinic.appointment.start, overbooked=True)
    [column] = columns(diary(boss, date=WEDNESDAY)).values()
    assert standing(column)[1] == "10:00 Ann Hale overbooked Physiotherapy follow-up"
    assert [re.findall(r"--lanes?: \d", one["style"]) for one in column.select(".diary__one")] == [
        ["--lane: 0", "--lanes: 2"],
        ["--lane: 1", "--lanes: 2"],
    ]


def test_who_cancelled_stands_there_until_the_place_is_taken(boss, clinic):
    clinic.appointment.status = cancelled_status()
    clinic.appointment.save()
    [column] = columns(diary(boss, date=WEDNESDAY)).values()
    assert standing(column) == ["Margaret Hale Cancelled Physiotherapy follow-up"]
    clinic.book(client=make_client(first_name="Ann"), start=clinic.appointment.start)
    page = diary(boss, date=WEDNESDAY)
    [column] = columns(page).values()
    assert standing(column) == ["10:00 Ann Hale Physiotherapy follow-up"]
    assert len(page.select("table tbody tr")) == 2


def test_holds_time_off_and_buffers_are_shown(boss, clinic):
    kind = make_type(name="Massage", duration_minutes=60, buffer_minutes=15)
    clinic.book(appointment_type=kind, start=clinic.appointment.start + 2 * HOUR, end=None)
    day = clinic.appointment.start.replace(hour=0)
    hold = {"clinician": clinic.clinician, "location": clinic.location}
    hold |= {"start": day + 14 * HOUR, "busy_until": day + 15 * HOUR}
    Hold.objects.create(**hold, expires_at=NOW + HOUR, key="alive")
    Hold.objects.create(**hold, expires_at=NOW - HOUR, key="lapsed")
    TimeOff.objects.create(start=day + 16 * HOUR, end=day + 20 * HOUR, reason="Team meeting")
    [column] = columns(diary(boss, date=WEDNESDAY)).values()
    [held], [off], [buffer] = (column.select(f".diary__{name}") for name in ("held", "off", "buffer"))
    assert (words(held), lines_of(held)) == ("Being booked online", (14 * 60, 60))
    assert (words(off), lines_of(off)) == ("Team meeting", (16 * 60, 4 * 60))
    assert lines_of(buffer) == (13 * 60, 15)


def test_when_another_calendar_says_busy_is_hatched_named_and_no_ordinary_place(boss, clinic):
    noon = clinic.appointment.start.replace(hour=12)
    for clinician in (clinic.clinician, make_clinician(name="Ben Marlow")):
        OutsideBusy.objects.create(clinician=clinician, start=noon, end=noon + HOUR)
    page = diary(boss, date=WEDNESDAY, clinician=clinic.clinician.pk)
    [column] = columns(page).values()
    [off] = column.select(".diary__off")
    assert (words(off), lines_of(off)) == ("Busy elsewhere", (12 * 60, 60))
    assert (12 * 60, 60) in [lines_of(one) for one in free(column, in_hours=False)]
    assert words(page.select_one(".diary__facts")) == "Working hours: 09:00–17:00. Busy elsewhere: 12:00–13:00."


def test_a_location_that_is_closed_takes_from_the_hours_there_alone(boss, clinic):
    other = make_location(name="Quay Rooms")
    clinic.clinician.locations.add(other)
    day = clinic.appointment.start
    TimetabledHours.objects.create(
        clinician=clinic.clinician, location=clinic.location, date=day.date(), start=time(9), end=time(12)
    )
    TimetabledHours.objects.create(
        clinician=clinic.clinician, location=other, date=day.date(), start=time(13), end=time(17)
    )
    TimeOff.objects.create(location=other, start=day.replace(hour=0), end=day.replace(hour=23), reason="Flood")
    [column] = columns(diary(boss, date=WEDNESDAY)).values()
    assert [lines_of(one) for one in column.select(".diary__off")] == [(13 * 60, 4 * 60)]


def test_an_empty_place_is_booked_there(boss, clinic):
    [column] = columns(diary(boss, date=WEDNESDAY)).values()
    before, after = free(column)
    assert lines_of(before) == (9 * 60, 60) and lines_of(after) == (10 * 60 + 30, 6 * 60 + 30)
    place = {"clinician": str(clinic.clinician.pk), "location": str(clinic.location.pk)}
    back = asked(after)["next"]
    assert asked(after) == place | {"start": "2026-11-25T10:30", "next": back}
    assert back.startswith("/admin/clientportal/diary/?date=2026-11-25")
    form = BeautifulSoup(boss.get(after["href"]).content, "html.parser")
    chosen = {name: form.select_one(f"[name={name}] option[selected]")["value"] for name in ("clinician", "location")}
    assert chosen == place
    assert [form.select_one(f"[name={name}]")["value"] for name in ("date", "time")] == ["25/11/2026", "10:30"]


def test_outside_the_hours_staff_book_too(boss, clinic):
    [column] = columns(diary(boss, date="2026-11-28")).values()
    assert free(column) == []
    [outside] = free(column, in_hours=False)
    assert lines_of(outside) == (9 * 60, 8 * 60)


def test_who_may_not_book_sees_no_places_to_book(staff_with, clinic):
    page = diary(staff_with("view_appointment"), date=WEDNESDAY)
    assert page.select(".diary__one") and not page.select(".diary__free")


# -- A week


def test_a_week_is_a_sheet_a_clinician_with_a_column_a_day(boss, clinic):
    make_clinician(name="Ben Marlow", locations=[clinic.location])
    page = diary(boss, date=WEDNESDAY, view="week")
    sheets = {words(sheet.select_one(".diary__title")): sheet for sheet in page.select(".diary__sheet")}
    assert [name.split(" Monday")[0] for name in sheets] == ["Ada Osei", "Ben Marlow"]
    days = columns(next(iter(sheets.values())))
    assert list(days) == ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov"]
    assert standing(days["Wed 25 Nov"]) == ["10:00 Margaret Hale Physiotherapy follow-up"]
    assert asked(page.select_one("[rel=next]"))["date"] == "2026-12-02"


def test_a_weekend_is_there_where_something_is_on_it(boss, clinic):
    clinic.book(start=datetime(2026, 11, 28, 10, tzinfo=UTC))
    assert list(columns(diary(boss, date=WEDNESDAY, view="week")))[-1] == "Sat 28 Nov"


# -- What is chosen


def test_a_location_and_a_clinician_narrow_it(boss, clinic):
    quay = make_location(name="Quay Rooms")
    ben = make_clinician(name="Ben Marlow", locations=[quay])
    assert list(columns(diary(boss, location=quay.pk))) == ["Ben Marlow"]
    assert list(columns(diary(boss, location="", clinician=clinic.clinician.pk))) == ["Ada Osei"]
    assert list(columns(diary(boss, location="", clinician=""))) == ["Ada Osei", "Ben Marlow"]
    clinic.book(clinician=ben, start=clinic.appointment.start + HOUR)
    assert list(columns(diary(boss, location=clinic.location.pk, date=WEDNESDAY))) == ["Ada Osei", "Ben Marlow"]


def test_what_was_chosen_last_is_remembered_by_each_of_those_who_share_a_browser(boss, clinic):
    make_clinician(name="Ben Marlow", locations=[clinic.location])
    diary(boss, view="week", clinician=clinic.clinician.pk)
    assert list(columns(diary(boss))) == ["Mon 23 Nov", "Tue 24 Nov", "Wed 25 Nov", "Thu 26 Nov", "Fri 27 Nov"]
    boss.force_login(get_user_model().objects.create_superuser("other"))
    assert list(columns(diary(boss))) == ["Ada Osei", "Ben Marlow"]
    boss.force_login(get_user_model().objects.get(username="boss"))
    assert len(diary(boss, view="day").select(".diary__column")) == 1


@pytest.mark.parametrize("query", [{"view": "year"}, {"location": "999"}, {"clinician": "x"}, {"date": "9999-12-31"}])
def test_what_makes_no_sense_shows_the_diary_all_the_same(boss, clinic, query):
    assert list(columns(diary(boss, **query))) == ["Ada Osei"]


def test_where_nobody_works_it_says_so(boss, clinic):
    page = diary(boss, location=make_location(name="Quay Rooms").pk)
    assert "No clinician works there" in words(page.select_one(".diary"))


def test_who_left_is_shown_while_there_are_appointments_with_them(boss, clinic):
    clinic.clinician.is_active = False
    clinic.clinician.save()
    assert list(columns(diary(boss, date=WEDNESDAY))) == ["Ada Osei"]
    assert columns(diary(boss)) == {}


# -- Whose


def test_a_clinician_sees_their_own_column(staff_with, clinic):
    browser = staff_with("view_appointment", own_diary=True)
    clinic.clinician.user = get_user_model().objects.get(username="sam")
    clinic.clinician.save()
    make_clinician(name="Ben Marlow", locations=[clinic.location])
    assert list(columns(diary(browser, date=WEDNESDAY))) == ["Ada Osei"]


# -- Zones and clocks


def test_other_clocks_are_named_and_only_those(boss, clinic):
    assert "time" not in words(diary(boss, date=WEDNESDAY).select_one(".diary__period"))
    lisbon = make_location(name="Lisbon", timezone="Europe/Berlin")
    ben = make_clinician(name="Ben Marlow", locations=[lisbon])
    clinic.book(clinician=ben, location=lisbon, start=clinic.appointment.start)
    page = diary(boss, date=WEDNESDAY)
    assert words(page.select_one(".diary__period")) == "Wednesday 25 November 2026 London time"
    column = columns(page)["Ben Marlow"]
    assert lines_of(column.select_one(".diary__one"))[0] == 10 * 60
    assert lines_of(column.select_one(".diary__worked"))[0] == 8 * 60
    assert "11:00–11:30 Berlin time" in words(page.select("table")[1])
    page = diary(boss, date=WEDNESDAY, location=lisbon.pk)
    assert words(page.select_one(".diary__period")) == "Wednesday 25 November 2026 Berlin time"
    assert lines_of(columns(page)["Ben Marlow"].select_one(".diary__one"))[0] == 11 * 60


def test_where_a_line_may_mean_two_times_only_free_places_take_what_is_dragged(boss, clinic):
    [column] = columns(diary(boss, date=WEDNESDAY)).values()
    assert column["data-day"] == WEDNESDAY
    assert not columns(diary(boss, date="2027-10-31"))["Ada Osei"].has_attr("data-day")
    make_location(name="Berlin", timezone="Europe/Berlin")
    assert not columns(diary(boss, date=WEDNESDAY))["Ada Osei"].has_attr("data-day")


def test_on_the_day_with_25_hours_both_passes_have_their_place(boss, clinic):
    first = clinic.book(start=datetime(2027, 10, 31, 0, 30, tzinfo=UTC))
    clinic.book(start=first.start + HOUR)
    page = diary(boss, date="2027-10-31")
    [column] = columns(page).values()
    assert [lines_of(one)[0] for one in column.select(".diary__one")] == [90, 150]
    assert [one[:5] for one in standing(column)] == ["01:30", "01:30"]
    assert [words(one) for one in page.select(".diary__hours li")][:3] == ["01:00", "01:00 again", "02:00"]


def test_on_the_day_with_23_hours_the_hours_are_where_the_clocks_show_them(boss, clinic):
    TimetabledHours.objects.create(
        clinician=clinic.clinician,
        location=clinic.location,
        date=datetime(2027, 3, 28).date(),
        start=time(9),
        end=time(17),
    )
    clinic.book(start=datetime(2027, 3, 28, 8, 0, tzinfo=UTC))
    [column] = columns(diary(boss, date="2027-03-28")).values()
    assert lines_of(column.select_one(".diary__worked")) == (9 * 60, 8 * 60)
    assert lines_of(column.select_one(".diary__one")) == (9 * 60, 30)
    assert asked(free(column)[0])["start"] == "2027-03-28T09:30"


# -- The card


def test_the_card_says_what_it_is_and_leads_to_what_is_done_with_it(boss, clinic):
    page = diary(boss, date=WEDNESDAY)
    link = page.select_one(".diary__one")["href"]
    card = BeautifulSoup(boss.get(link).content, "html.parser").select_one("#diary-card")
    assert "Margaret Hale" in words(card) and "Wed 25 Nov 2026, 10:00–10:30" in words(card)
    move = next(one for one in card.select("a") if words(one) == "Move")
    assert asked(move)["next"] == asked(page.select_one(".diary__one"))["next"]
    form = BeautifulSoup(boss.get(move["href"]).content, "html.parser")
    sent = {one["name"]: one.get("value", "") for one in form.select("#w-editor-form input[name]")}
    sent |= {"clinician": clinic.clinician.pk, "location": clinic.location.pk, "time": "11:00"}
    response = boss.post(move["href"], sent)
    assert response.status_code == 302 and response["Location"].startswith(reverse("wagtail_clientportal_diary:index"))
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start.hour == 11


def test_a_place_that_the_address_names_is_judged_before_anything_is_sent(boss, clinic):
    ben = make_clinician(name="Ben Marlow", locations=[clinic.location])
    url = reverse("clientportal_appointment:change", args=[clinic.appointment.pk])
    page = boss.get(url, {"clinician": ben.pk, "start": "2026-11-25T08:00"})
    assert page.status_code == 200
    said = words(BeautifulSoup(page.content, "html.parser").select_one("[role=alert]"))
    assert "Ben Marlow doesn’t do “Physiotherapy follow-up”." in said and "outside Ben Marlow’s working hours" in said
    assert "Margaret Hale is told by" in page.content.decode()
    answer = boss.post(url, filled_in(page) | {"anyway": "on"})
    assert answer.status_code == 302
    clinic.appointment.refresh_from_db()
    assert (clinic.appointment.clinician, clinic.appointment.start.hour) == (ben, 8)


def test_where_nothing_is_unusual_the_place_is_filled_in_and_no_more(boss, clinic):
    url = reverse("clientportal_appointment:change", args=[clinic.appointment.pk])
    page = boss.get(url, {"start": "2026-11-26T11:00"})
    assert page.context["form"]["time"].value() == time(11) and "refusal" not in page.context
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start.hour == 10


# -- How often it asks


def own_queries(browser, **query):
    def number_of(url, query=None):
        browser.get(url, query)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url, query).status_code == 200
        return len(captured)

    return number_of(reverse("wagtail_clientportal_diary:index"), query) - number_of(reverse("wagtailadmin_account"))


@pytest.mark.parametrize("view", ["day", "week"])
def test_it_asks_as_often_for_20_clinicians_as_for_one(boss, clinic, view):
    few = own_queries(boss, date=WEDNESDAY, view=view)
    for number in range(19):
        one = make_clinician(name=f"Clinician {number}", locations=[clinic.location])
        for hour in range(6):
            clinic.book(clinician=one, start=clinic.appointment.start + hour * HOUR)
    assert own_queries(boss, date=WEDNESDAY, view=view) == few <= OWN_QUERIES
