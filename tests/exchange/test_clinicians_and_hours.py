"""Clinicians and their hours come in from files, too."""

from datetime import date, time

import pytest

from tests.factories import make_clinician, make_location, make_type
from wagtail_clientportal.models import Clinician, TimetabledHours, WorkingHours

pytestmark = pytest.mark.django_db

CLINICIANS = "external_ref,name,available_online,locations,appointment_types\n"
HOURS = "clinician,weekday,date,start,end,location,valid_from,valid_until\n"


@pytest.fixture
def ada():
    return make_clinician(external_ref="ADA", locations=[make_location()], hours=None)


def test_a_clinician_is_made_then_changed_then_left_alone(import_file):
    harbour, station, follow_up = make_location(), make_location(name="Station Road"), make_type(name="Follow-up")
    row = "ADA,Ada Osei,no,Harbour Rooms; station road,Follow-up\n"
    assert import_file(CLINICIANS + row, "clinicians").counts == (1, 0, 0, 0)
    ada = Clinician.objects.get(external_ref="ADA")
    assert set(ada.locations.all()) == {harbour, station} and not ada.available_online
    assert list(ada.appointment_types.all()) == [follow_up]
    assert import_file(CLINICIANS + row, "clinicians").counts == (0, 0, 1, 0)
    assert import_file(CLINICIANS + row.replace("; station road", ""), "clinicians").counts == (0, 1, 0, 0)
    assert list(ada.locations.all()) == [harbour]


def test_who_was_made_by_hand_gets_the_reference(import_file):
    known = make_clinician(name="Ada Osei")
    assert import_file("external_ref,name\nADA,Ada Osei\n", "clinicians").counts == (0, 1, 0, 0)
    assert Clinician.objects.get() == known and Clinician.objects.get().external_ref == "ADA"


def test_a_place_that_is_not_there_refuses_the_whole_row(import_file):
    said = import_file(CLINICIANS + "ADA,Ada Osei,yes,Nowhere,\n", "clinicians")
    assert "Row 2, locations: There is no “Nowhere”. There are: none." in said.err
    assert not Clinician.objects.exists()


def test_hours_of_the_week_and_of_one_date_come_in(import_file, ada):
    rows = "ADA,Monday,,9:00,12.30pm,,,\nADA,4,,14:00,00:00,Harbour Rooms,1/1/2027,31/12/2027\n"
    rows += "ADA,,24/12/2026,10am,1pm,Harbour Rooms,,\n"
    assert import_file(HOURS + rows, "hours").counts == (3, 0, 0, 0)
    monday, friday = WorkingHours.objects.order_by("weekday")
    assert (monday.weekday, monday.start, monday.end, monday.location) == (0, time(9), time(12, 30), None)
    assert (friday.weekday, friday.end, friday.valid_until) == (4, time(0), date(2027, 12, 31))
    assert TimetabledHours.objects.get().date == date(2026, 12, 24)
    assert import_file(HOURS + rows, "hours").counts == (0, 0, 3, 0)
    assert import_file(HOURS + rows.replace("12.30pm", "1pm"), "hours").counts == (0, 1, 2, 0)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("EVE,Monday,,9:00,12:00,,,", "clinician: No clinician has the reference “EVE”."),
        ("ADA,Moonday,,9:00,12:00,,,", "weekday: Write a weekday, like Monday, or its number: 0 for Monday"),
        ("ADA,,,9:00,12:00,,,", "weekday: Fill in a weekday, for the usual week, or a date; not both"),
        ("ADA,Monday,24/12/2026,9:00,12:00,,,", "weekday: Fill in a weekday"),
        ("ADA,,24/12/2026,9:00,12:00,,,", "location: Hours on one date need a location."),
        ("ADA,Monday,,12:00,9:00,,,", "end: This has to be later than the start."),
        ("ADA,Monday,,9,12:00,,,", "start: Say whether it is morning or afternoon"),
        ("ADA,Tuesday,,10:00,12:00,,,", "This overlaps Tuesday 09:00–17:00, which stands there already."),
        ("ADA,Monday,,9:00,12:00,,2/1/2027,1/1/2027", "valid_until: The last day can't be before the first day."),
    ],
)
def test_hours_that_make_no_sense_are_named_with_their_column_and_a_sentence(import_file, ada, row, told):
    WorkingHours.objects.create(clinician=ada, weekday=1, start=time(9), end=time(17))
    said = import_file(f"{HOURS}{row}\n", "hours")
    assert told in said.err and said.counts == (0, 0, 0, 1)
    assert WorkingHours.objects.count() == 1 and not TimetabledHours.objects.exists()
