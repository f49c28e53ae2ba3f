"""The clinic's figures: each is what the page about them says, of the days, the people and the places asked for."""

import csv
import re
from datetime import UTC, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import NOW, cancelled_status, make_client, make_clinician, make_location
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.undo_cancellation import undo_cancellation
from wagtail_clientportal.models import (
    AppointmentEvent,
    AppointmentStatus,
    Client,
    Clinician,
    OutboundMessage,
    TimeOff,
    WorkingHours,
)

HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
PAGE = "clientportal_figures:index"
DOCS = Path(__file__).resolve().parents[3] / "docs/how-to/figures.md"


def words(element):
    return " ".join(element.get_text(" ").split())


def parsed(browser, **query):
    response = browser.get(reverse(PAGE), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def figures(browser, key, **query):
    """The rows of one table by their names: heading → what stands there."""
    section = parsed(browser, **query).find("section", attrs={"aria-labelledby": f"figures-{key}"})
    _first, *headings = map(words, section.select("thead th"))
    rows = [list(map(words, row.select("th, td"))) for row in section.select("tbody tr, tfoot tr")]
    assert all(len(row) == len(headings) + 1 for row in rows)
    return {name: dict(zip(headings, cells, strict=True)) for name, *cells in rows}


def downloaded(browser, key, form, **query):
    response = browser.get(reverse(PAGE), query | {"export": form, "table": key})
    assert response.status_code == 200
    return b"".join(response)


def days(first, last):
    return {"first_day": first, "last_day": last}


@pytest.fixture
def not_come():
    return AppointmentStatus.objects.get(name="Did not attend")


# --- What is in the diary


def test_appointments_are_counted_by_the_week_that_they_are_in(boss, clinic, not_come):
    clinic.book(start=NOW + HOUR)
    clinic.book(start=NOW - 7 * A_DAY)
    clinic.book(start=NOW - 6 * A_DAY, status=not_come)
    clinic.book(start=NOW - 5 * A_DAY, status=cancelled_status())
    clinic.book(start=NOW - 40 * A_DAY)
    weeks = figures(boss, "appointments")  # of this month, unless something else is asked for
    assert list(weeks) == [
        "1 Nov 2026",
        "2 Nov 2026",
        "9 Nov 2026",
        "16 Nov 2026",
        "23 Nov 2026",
        "30 Nov 2026",
        "Total",
    ]
    assert weeks["16 Nov 2026"] == {
        "Appointments": "1",
        "Did not attend": "1",
        "Did not attend (%)": "50.0",
        "Cancelled": "1",
    }
    # Nobody has failed to come yet to what is still to come.
    assert weeks["23 Nov 2026"]["Appointments"] == "2" and weeks["23 Nov 2026"]["Did not attend (%)"] == "–"
    assert weeks["Total"]["Appointments"] == "3"


def test_by_clinician_and_location_there_is_a_row_for_each(boss, clinic):
    quay = make_location(name="Quay")
    ben = make_clinician(name="Ben", locations=[quay])
    Clinician.objects.create(name="Long gone", is_active=False)
    clinic.book(clinician=ben, location=quay, start=NOW + HOUR)
    found = {by: figures(boss, "appointments", by=by) for by in ("clinician", "location")}
    assert {name: row["Appointments"] for name, row in found["clinician"].items()} == {
        "Ada Osei": "1",
        "Ben": "1",
        "Total": "2",
    }
    assert list(found["location"]) == ["Harbour Rooms", "Quay", "Total"]
    only = figures(boss, "appointments", by="clinician", clinician=ben.pk)
    assert list(only) == ["Ben", "Total"] and only["Total"]["Appointments"] == "1"
    assert figures(boss, "appointments", location=quay.pk)["Total"]["Appointments"] == "1"


@pytest.mark.parametrize(
    ("period", "weeks", "first"),
    [("week", 1, "23 Nov 2026"), ("quarter", 14, "1 Oct 2026"), ("year", 53, "1 Jan 2026")],
)
def test_a_period_has_its_weeks_from_monday_on(boss, clinic, period, weeks, first):
    named = list(figures(boss, "appointments", period=period))
    assert (len(named) - 1, named[0]) == (weeks, first)


def test_a_week_ends_with_the_location_s_own_midnight(boss, clinic):
    new_york = make_location(name="Fifth Avenue", timezone="America/New_York")
    monday = datetime(2026, 11, 16, tzinfo=UTC)
    clinic.book(start=monday + 2 * HOUR, location=new_york)  # Sunday at 9pm there
    clinic.book(start=monday + 6 * HOUR, location=new_york)
    clinic.book(start=monday)  # in London, where it is winter
    rows = figures(boss, "appointments", **days("9/11/2026", "22/11/2026"))
    assert (rows["9 Nov 2026"]["Appointments"], rows["16 Nov 2026"]["Appointments"]) == ("1", "2")
    # Beyond the last day of one place it may still be a day of another's.
    rows = figures(boss, "appointments", **days("9/11/2026", "15/11/2026"))
    assert rows["Total"]["Appointments"] == "1"


# --- Utilisation


def test_utilisation_is_what_is_booked_of_the_hours_without_time_off(boss, clinic):
    day = datetime(2026, 11, 24, tzinfo=UTC)
    TimeOff.objects.create(clinician=clinic.clinician, start=day, end=day + A_DAY)
    TimeOff.objects.create(start=day + 3 * A_DAY, end=day + 3 * A_DAY + 11 * HOUR)  # everybody's
    week = figures(boss, "utilisation", period="week")["23 Nov 2026"]
    assert week == {"Hours worked": "30.0", "Hours booked": "0.5", "Utilisation (%)": "1.7"}


def test_hours_of_whoever_has_left_are_not_known_and_what_they_had_booked_is_left_out(boss, clinic):
    gone = make_clinician(name="Gone", locations=[clinic.location], is_active=False)
    clinic.book(clinician=gone, start=NOW + HOUR)
    week = figures(boss, "utilisation", period="week")["23 Nov 2026"]
    assert (week["Hours worked"], week["Hours booked"]) == ("40.0", "0.5")


def test_hours_at_any_of_several_locations_are_none_of_one_of_them(boss, clinic):
    quay = make_location(name="Quay")
    clinic.clinician.locations.add(quay)
    assert figures(boss, "utilisation", period="week")["Total"]["Hours worked"] == "40.0"
    by_location = figures(boss, "utilisation", period="week", by="location")
    assert {row["Hours worked"] for row in by_location.values()} == {"–"}
    assert figures(boss, "utilisation", period="week", location=quay.pk)["Total"]["Utilisation (%)"] == "–"
    clinic.clinician.working_hours.update(location=clinic.location)
    by_location = figures(boss, "utilisation", period="week", by="location")
    assert [by_location[name]["Hours worked"] for name in ("Harbour Rooms", "Quay")] == ["40.0", "0.0"]


@pytest.mark.parametrize(("sunday", "hours"), [("29/3/2026", "3.0"), ("25/10/2026", "5.0")])
def test_a_night_on_which_the_clocks_change_has_the_hours_that_it_had(boss, clinic, sunday, hours):
    clinic.clinician.working_hours.all().delete()
    WorkingHours.objects.create(clinician=clinic.clinician, weekday=6, start=time(0), end=time(4))
    assert figures(boss, "utilisation", **days(sunday, sunday))["Total"]["Hours worked"] == hours


def test_the_week_in_which_the_clocks_change_ends_at_midnight_as_it_is_then(boss, clinic):
    clinic.book(start=datetime(2026, 3, 29, 23, 30, tzinfo=UTC))  # on Monday at half past midnight
    rows = figures(boss, "appointments", **days("23/3/2026", "5/4/2026"))
    assert (rows["23 Mar 2026"]["Appointments"], rows["30 Mar 2026"]["Appointments"]) == ("0", "1")


# --- What was done


def test_changes_and_cancellations_say_by_whom_and_with_what_notice(boss, clinic, django_user_model):
    staff = django_user_model.objects.create_user("desk")
    change(clinic.appointment, clinic.appointment.start + HOUR, by=clinic.client, now=NOW)
    cancel(clinic.book(start=NOW + 10 * A_DAY), by=clinic.client, now=NOW)
    cancel(clinic.book(start=NOW + 3 * HOUR), by=staff, now=NOW)
    cancel(clinic.book(start=NOW + 30 * HOUR), by=None, now=NOW)
    made = figures(boss, "changes", period="week")["23 Nov 2026"]
    assert list(made.values()) == ["1", "1", "0", "0", "3", "1", "1", "1"]
    notice = figures(boss, "notice", period="week")
    assert notice["2 to 7 days"]["Changed by clients"] == "1"
    assert notice["7 days or more"]["Cancelled by clients"] == "1"
    assert notice["Less than 24 hours"]["Cancelled by staff"] == "1"
    assert notice["24 to 48 hours"]["Cancelled by the system"] == "1"
    assert notice["None: it had begun"]["Cancelled"] == "0" and notice["Total"]["Cancelled"] == "3"


def test_a_cancellation_that_was_taken_back_is_none(boss, clinic):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    undo_cancellation(clinic.appointment, by=clinic.client, now=NOW)
    page = parsed(boss, period="week")
    for key in ("changes", "freed", "saved"):
        assert "There is nothing to count." in words(page.find(attrs={"aria-labelledby": f"figures-{key}"}))


def test_a_place_is_filled_again_where_another_appointment_stands(boss, clinic):
    first, second = clinic.appointment, clinic.book(start=NOW + 9 * A_DAY)
    freed = first.start
    cancel(first, by=clinic.client, now=NOW)
    change(second, second.start + 5 * HOUR, by=clinic.client, now=NOW)
    assert figures(boss, "freed", period="week")["Total"]["Filled again"] == "0"
    clinic.book(start=freed + timedelta(minutes=15), client=make_client(first_name="Ann"))
    assert figures(boss, "freed", period="week")["Total"] == {
        "Places freed": "2",
        "Filled again": "1",
        "Filled again (%)": "50.0",
    }


def test_what_clients_do_themselves_the_desk_is_spared(boss, clinic):
    for by in ("client", "staff"):
        AppointmentEvent.objects.create(
            appointment=clinic.appointment, kind="booked", at=NOW, by_kind=by, new_start=clinic.appointment.start
        )
    change(clinic.appointment, clinic.appointment.start + HOUR, by=clinic.client, now=NOW)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert list(figures(boss, "saved", period="week", by="clinician")["Ada Osei"].values()) == [
        "1",
        "1",
        "1",
        "3",
        "75.0",
    ]


def test_messages_that_failed_are_counted_and_those_about_no_appointment_stand_alone(boss, clinic):
    def write(status, appointment, about="reminder"):
        number = OutboundMessage.objects.count()
        OutboundMessage.objects.create(
            about=about, appointment=appointment, channel="email", status=status, dedupe_key=f"t{number}"
        )

    for status in ("sent", "sent", "sent", "failed", "waiting", "dropped"):
        write(status, clinic.appointment)
    write("failed", None, about="sign_in")
    write("failed", None, about="staff")
    rows = figures(boss, "messages", period="week", by="clinician")
    assert rows["Ada Osei"] == {"Sent": "3", "Failed": "1", "Failed (%)": "25.0"}
    assert rows["No appointment"]["Failed"] == "1"
    assert figures(boss, "messages", period="week")["23 Nov 2026"]["Failed"] == "2"


def test_who_cannot_use_the_portal_is_counted_by_what_is_missing(boss, clinic):
    make_client(date_of_birth=None, postcode="")
    make_client(email="", mobile="")
    make_client(portal_access=False)
    make_client(is_active=False, email="", mobile="")
    Client.objects.create(first_name="Gone", last_name="Gone", anonymised_at=NOW)
    assert [row["Clients"] for row in figures(boss, "portal").values()] == ["1", "1", "1", "1", "1", "1"]


# --- Who reads it


def test_whoever_sees_their_own_diary_alone_reads_figures_of_that_alone(staff_with, clinic, django_user_model):
    staff = staff_with("read_reports", own_diary=True)
    ben = make_clinician(name="Ben", user=django_user_model.objects.get(username="sam"), locations=[clinic.location])
    ann = make_client(first_name="Ann")
    theirs = [clinic.book(clinician=ben, client=ann, start=NOW + hours * HOUR) for hours in (28, 29, 50)]
    for appointment in (clinic.appointment, theirs[0]):
        cancel(appointment, by=None, now=NOW)
    query = {"period": "week", "by": "clinician"}
    assert figures(staff, "appointments", **query) == {
        name: {"Appointments": "2", "Did not attend": "0", "Did not attend (%)": "–", "Cancelled": "1"}
        for name in ("Ben", "Total")
    }
    assert figures(staff, "changes", **query)["Total"]["Cancelled"] == "1"
    assert figures(staff, "utilisation", **query)["Total"]["Hours worked"] == "40.0"
    assert figures(staff, "portal", **query)["Can use the portal"]["Clients"] == "1"
    page = parsed(staff, clinician=clinic.clinician.pk)
    assert "Ada" not in words(page.main or page)


def test_the_menu_leads_those_there_who_may_read_them(staff_with, clinic):
    home = reverse("wagtailadmin_home")
    assert reverse(PAGE) in staff_with("view_appointment", "read_reports").get(home).content.decode()


def test_without_the_permission_nothing_leads_there(staff_with, clinic):
    staff = staff_with("view_appointment", "view_client")
    assert reverse(PAGE) not in staff.get(reverse("wagtailadmin_home")).content.decode()
    assert staff.get(reverse(PAGE), {"export": "csv", "table": "appointments"}).status_code == 302


# --- As it is shown, and taken away


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"first_day": "1/11/2026"}, "Write both days."),
        ({"last_day": "1/11/2026"}, "Write both days."),
        ({"period": "days"}, "Write both days."),
        (days("2/11/2026", "1/11/2026"), "The last day can't be before the first day."),
        (days("1/1/2020", "1/1/2026"), "Choose at most two years at a time."),
        (days("1/1/0001", "2/1/0001"), "in this century"),
        (days("31/2/2026", "1/3/2026"), "There is no such day"),
        ({"clinician": "987"}, "987"),
        ({"by": "moon"}, "moon"),
        ({"period": "decade"}, "decade"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_beside_its_field(boss, clinic, query, sentence):
    for also in ({}, {"export": "csv", "table": "appointments"}):
        page = parsed(boss, **query, **also)
        assert sentence in words(page.select_one(".figures__choice"))
        assert not page.select("section.figures__section")


def test_there_is_nothing_to_download_but_the_tables(boss, clinic):
    assert boss.get(reverse(PAGE), {"export": "csv", "table": "secrets"}).status_code == 404


def test_where_there_is_nothing_the_page_says_so(boss, db):
    page = parsed(boss)
    assert {words(one.select("p")[1]) for one in page.select("section.figures__section")} == {
        "There is nothing to count."
    }
    assert not page.select("svg[role=img]")


def test_each_chart_has_a_name_a_description_and_its_numbers_in_the_table_below(boss, clinic):
    page = parsed(boss, period="month")
    charts = page.select("svg[role=img]")
    assert charts and len(charts) == len(page.select("figure"))
    for chart in charts:
        title, description = (page.find(id=chart[name]) for name in ("aria-labelledby", "aria-describedby"))
        section = chart.find_parent("section")
        assert words(title) in [words(one) for one in section.select("thead th")]
        assert words(description).startswith("The highest is ")
        assert len(chart.select("rect")) == len(section.select("tbody tr"))


def test_a_table_is_downloaded_as_csv_and_xlsx_and_no_name_in_it_is_a_formula(boss, clinic):
    Clinician.objects.update(name="=1+1")
    query = {"period": "week", "by": "clinician"}
    expected = [["Clinician", "Hours worked", "Hours booked", "Utilisation (%)"], ["'=1+1", 40.0, 0.5, 1.2]]
    text = downloaded(boss, "utilisation", "csv", **query).decode()
    assert list(csv.reader(StringIO(text))) == [[str(cell) for cell in row] for row in expected]
    sheet = load_workbook(BytesIO(downloaded(boss, "utilisation", "xlsx", **query))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == expected


def test_a_week_is_a_date_in_a_spreadsheet(boss, clinic):
    sheet = load_workbook(BytesIO(downloaded(boss, "appointments", "xlsx", period="week"))).active
    assert sheet["A2"].value == NOW.date()
    assert downloaded(boss, "appointments", "csv", period="week").decode().splitlines()[1].startswith("2026-11-23,1,")


def test_the_page_offers_each_table_to_download(boss, clinic):
    page = parsed(boss, by="clinician")
    for link in page.select(".figures__downloads a"):
        response = boss.get(link["href"])
        assert response.status_code == 200 and response["Content-Disposition"].startswith("attachment")


def test_two_years_ask_the_database_as_often_as_a_week(boss, clinic):
    def statements(**query):
        parsed(boss, **query)  # what is looked up once a process
        with CaptureQueriesContext(connection) as queries:
            parsed(boss, **query)
        return len(queries)

    assert statements(period="week") == statements(**days("1/1/2025", "31/12/2026"))


def test_the_page_about_the_figures_says_what_each_of_them_is(boss, clinic):
    cancel(clinic.book(start=NOW + HOUR), by=None, now=NOW)
    OutboundMessage.objects.update(status="sent")
    text = DOCS.read_text(encoding="utf-8")
    for section in parsed(boss).select("section.figures__section"):
        title, headings = words(section.h2), [words(one) for one in section.select("thead th")][1:]
        if title == "Notice given":
            assert f"**{title}** has the same columns" in " ".join(text.split())
            continue
        said = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
        assert re.findall(r"^\| ([^|]+?) \|", said, re.MULTILINE)[2:] == headings, title
