"""Appointments come in through the diary lock and send nothing; what has been becomes history."""

from datetime import UTC, datetime

import pytest

from wagtail_clientportal.models import Appointment, Client, Clinician, Notification, OutboundMessage

HEADINGS = "external_ref,client,clinician,location,appointment_type,start,end,status\n"
USUAL = "M1,ADA,Harbour Rooms,Physiotherapy follow-up"


@pytest.fixture(autouse=True)
def referred(clinic):
    Client.objects.update(external_ref="M1")
    Clinician.objects.update(external_ref="ADA")
    return clinic


def row(reference="X1", start="26/11/2026 14:30", end="", status="", usual=USUAL):
    return f"{reference},{usual},{start},{end},{status}\n"


def start_of(reference):
    return Appointment.objects.get(external_ref=reference).start


@pytest.mark.parametrize(
    "written",
    [
        "26/11/2026 14:30",
        "26 Nov 2026 at 2.30pm",
        "2026-11-26 14:30",
        "2026-11-26T14:30:00",
        "2026-11-26T14:30Z",
        "2026-11-26T15:30+01:00",
    ],
)
def test_a_start_is_read_as_people_and_programs_write_it(import_file, written):
    assert import_file(HEADINGS + row(start=written), "appointments").counts == (1, 0, 0, 0)
    assert start_of("X1") == datetime(2026, 11, 26, 14, 30, tzinfo=UTC)


def test_a_time_without_a_zone_is_by_the_clocks_of_the_place(import_file, referred):
    rows = [HEADINGS.strip().split(","), ["X1", *USUAL.split(","), datetime(2027, 6, 1, 14, 30), None, None]]
    import_file(rows, "appointments")
    assert start_of("X1") == datetime(2027, 6, 1, 13, 30, tzinfo=UTC)
    type(referred.location).objects.update(timezone="America/New_York")
    import_file(HEADINGS + row("X2", "2027-06-02 14:30"), "appointments")
    assert start_of("X2") == datetime(2027, 6, 2, 18, 30, tzinfo=UTC)


def test_nobody_is_sent_anything_and_what_has_been_is_history(import_file):
    content = HEADINGS + row() + row("X2", "02/03/2020 9:00") + row("X3", "02/03/2020 9:00")
    assert import_file(content, "appointments").counts == (3, 0, 0, 0)
    assert not OutboundMessage.objects.exists() and not Notification.objects.exists()
    assert import_file(content, "appointments").counts == (0, 0, 3, 0)


def test_a_moved_row_moves_the_appointment_and_a_cancelled_one_frees_its_place(import_file):
    import_file(HEADINGS + row(), "appointments")
    said = import_file(HEADINGS + row(start="27/11/2026 9:00", status="cancelled") + row("X2"), "appointments")
    assert said.counts == (1, 1, 0, 0)
    moved = Appointment.objects.get(external_ref="X1")
    assert moved.start == datetime(2026, 11, 27, 9, tzinfo=UTC) and not moved.holds_place


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_clashes_are_refused_with_what_stands_and_with_rows_above(import_file, referred, arguments):
    taken = referred.appointment.start.strftime("%Y-%m-%d %H:%M")
    far = "".join(row(f"P{number}", f"2019-01-01 {number % 24}:00") for number in range(150))
    rows = row("X1", taken) + row("X2") + far + row("X3", "26/11/2026 14:45")
    said = import_file(HEADINGS + rows, "appointments", *arguments)
    assert said.counts == (151, 0, 0, 2)
    assert "Row 2, start: The clinician has another appointment then." in said.err
    assert "Row 154, start: The clinician has another appointment then." in said.err


@pytest.mark.parametrize("arguments", [[], ["--dry-run"]])
def test_clashes_are_overbooked_if_so_chosen(import_file, referred, arguments):
    taken = referred.appointment.start.strftime("%Y-%m-%d %H:%M")
    said = import_file(HEADINGS + row("X1", taken), "appointments", "--overbook", *arguments)
    assert said.counts == (1, 0, 0, 0) and said.ended_well
    assert Appointment.objects.filter(overbooked=True).exists() is not bool(arguments)


def test_a_dry_run_leaves_no_trace(import_file):
    before = list(Clinician.objects.values())
    import_file(HEADINGS + row(), "appointments", "--dry-run")
    assert Appointment.objects.count() == 1 and list(Clinician.objects.values()) == before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (row(usual=USUAL.replace("M1", "M9")), "client: No client has the reference “M9”. Correct it, or import it"),
        (row(usual=USUAL.replace("ADA", "EVE")), "clinician: No clinician has the reference “EVE”."),
        (row(usual=USUAL.replace("Harbour", "Sea")), "location: There is no “Sea Rooms”. There are: Harbour Rooms."),
        (row(usual=USUAL.replace("follow-up", "walk")), "appointment_type: There is no “Physiotherapy walk”."),
        (row(status="Lost"), "status: There is no “Lost”."),
        (row(start="31/11/2026 9:00"), "start: There is no such day in the calendar."),
        (row(start="2026-11-31 09:00"), "start: There is no such moment."),
        (row(start="26/11/2026"), "start: Write the day and the time"),
        (row(start="26/11/1926 9:00"), "start: Choose a day in this century."),
        (row(start="2026-11-26T09:00:30"), "start: Write a time in whole minutes."),
        (row(start="2026-11-26T09:00+00:00:30"), "start: Write a time in whole minutes."),
        (row(end="2026-11-26T15:00-00:00:30"), "end: Write a time in whole minutes."),
        (row(start="29/03/2026 1:30"), "start: The clocks go forward that night"),
        (row(end="26/11/2026 14:30"), "end: The end has to be later than the start."),
        (row(end="28/11/2026 14:30"), "end: With the type’s buffer the appointment would take longer than 24 hours."),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_with_its_column_and_a_sentence(import_file, line, told):
    said = import_file(HEADINGS + line + row("X9", "26/11/2026 9:00"), "appointments")
    assert f"Row 2, {told}" in said.err
    assert said.counts == (1, 0, 0, 1) and not said.ended_well


def test_an_appointment_does_not_change_hands(import_file):
    other = Client.objects.create(first_name="Other", last_name="Person", external_ref="O1")
    import_file(HEADINGS + row(), "appointments")
    said = import_file(HEADINGS + row(usual=USUAL.replace("M1", "O1")), "appointments")
    assert "Row 2, client: The appointment with this reference is another client’s here" in said.err
    assert not other.appointments.exists()
