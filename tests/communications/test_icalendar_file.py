"""The calendar file that goes with a message: what a calendar makes of it, and what it doesn't give away."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.factories import NOW, make_location
from wagtail_clientportal.communications.icalendar_file import message_calendar, sequence_of
from wagtail_clientportal.models import AppointmentEvent, PortalSettings


def file(appointment, **values):
    return message_calendar(
        appointment,
        PortalSettings.for_site(appointment.location.portal_site),
        **{
            "cancelled": False,
            "sequence": 0,
            "now": NOW,
            "with_location": False,
            "with_clinician": False,
            "portal_url": "",
        }
        | values,
    )


def event_of(content):
    return Calendar.from_ical(content).walk("VEVENT")[0]


def unfolded(content):
    return content.replace("\r\n ", "")


def by_the_file_alone(content):
    """Start and end as a calendar reads them that knows no time zones but those in the file."""
    calendar = Calendar.from_ical(content)
    event = calendar.walk("VEVENT")[0]
    clocks = calendar.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    return [event[name].dt.replace(tzinfo=clocks).astimezone(UTC) for name in ("dtstart", "dtend")]


def test_a_request_puts_the_appointment_into_the_clients_calendar(clinic):
    content = file(clinic.appointment)
    calendar, event = Calendar.from_ical(content), event_of(content)
    assert (calendar["method"], calendar["version"]) == ("REQUEST", "2.0")
    assert event["uid"] == str(clinic.appointment.public_id)
    assert event["summary"] == "Appointment at Harbour Clinic"
    assert (event["status"], event["sequence"], event["dtstamp"].dt) == ("CONFIRMED", 0, NOW)
    assert event["organizer"] == "mailto:desk@harbour.example"
    assert event["organizer"].params["CN"] == "Harbour Clinic"
    assert event["attendee"] == "mailto:margaret@example.org"
    assert dict(event["attendee"].params) == {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    assert (event["dtstart"].dt, event["dtend"].dt) == (clinic.appointment.start, clinic.appointment.end)


def test_a_cancellation_takes_the_same_entry_out_again(clinic):
    before, content = event_of(file(clinic.appointment)), file(clinic.appointment, cancelled=True, sequence=1)
    assert Calendar.from_ical(content)["method"] == "CANCEL"
    after = event_of(content)
    assert after["status"] == "CANCELLED"
    assert after["uid"] == before["uid"] and after["sequence"] > before["sequence"]


def test_by_default_it_says_when_and_whom_to_ring_and_nothing_else(clinic):
    clinic.location.address = "14 Quayside"
    text = unfolded(file(clinic.appointment))
    for private in ("Ada", "Physio", "Margaret", "Rooms", "Quayside", "http", "/p/"):
        assert private not in text


def test_it_says_where_and_with_whom_when_told_to(clinic):
    clinic.location.address = "14 Quayside\nFalmouth"
    event = event_of(file(clinic.appointment, with_location=True, with_clinician=True))
    assert event["location"] == "Harbour Rooms, 14 Quayside, Falmouth"
    assert event["description"] == "With Ada Osei\nPhone: 020 7946 0000"
    assert "Physio" not in str(event)


def test_it_says_whom_to_ring_where_to_change_it_and_reminds_once(clinic):
    event = event_of(file(clinic.appointment, portal_url="http://localhost/portal/"))
    assert event["description"] == "Phone: 020 7946 0000\nView, change or cancel: http://localhost/portal/"
    assert event["url"] == "http://localhost/portal/"
    assert len(event.walk("VALARM")) == 1


def test_what_is_cancelled_can_not_be_changed_any_more(clinic):
    event = event_of(file(clinic.appointment, cancelled=True, portal_url="http://localhost/portal/"))
    assert event["description"] == "Phone: 020 7946 0000"


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/London", "2026-11-25 10:00"),
        ("Europe/London", "2026-07-01 10:00"),
        # Clocks go back at 2:00 on this day, and forward at 1:00 on the other two.
        ("Europe/London", "2026-10-25 00:30"),
        ("Europe/London", "2026-10-25 09:00"),
        ("Europe/London", "2027-03-28 00:30"),
        ("Europe/London", "2027-03-28 02:15"),
        ("America/New_York", "2026-11-01 09:00"),
        ("America/New_York", "2027-03-14 03:30"),
        ("Australia/Lord_Howe", "2026-10-04 09:00"),
        ("Africa/Casablanca", "2027-02-07 09:00"),
        ("Asia/Kolkata", "2026-11-25 10:00"),
        # Its clocks changed for the last time in 2016.
        ("Europe/Istanbul", "2026-11-25 10:00"),
        ("Europe/Dublin", "2026-12-24 10:00"),
    ],
)
def test_the_file_itself_explains_the_locations_clocks(clinic, zone, start):
    start = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    appointment = clinic.book(location=make_location(timezone=zone), start=start, overbooked=True)
    content = file(appointment)
    assert f"DTSTART;TZID={zone}:" in content
    assert by_the_file_alone(content) == [appointment.start, appointment.end]


def test_the_change_of_clocks_is_told_to_the_second(clinic):
    content = file(clinic.book(start=datetime(2026, 7, 1, 9, tzinfo=UTC)))
    assert (
        "BEGIN:DAYLIGHT\r\nDTSTART:20260329T010000\r\nTZNAME:BST\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\n"
    ) in content
    assert (
        "BEGIN:STANDARD\r\nDTSTART:20261025T020000\r\nTZNAME:GMT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\n"
    ) in content
    assert content.count("BEGIN:DAYLIGHT") == content.count("BEGIN:STANDARD") == 1


@pytest.mark.parametrize("minutes", [-30, 0, 30])
def test_an_hour_that_comes_twice_is_told_without_doubt(clinic, minutes):
    """In the second pass of 1:00 to 2:00 the local time would mean the first."""
    start = datetime(2026, 10, 25, 1, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    appointment = clinic.book(start=start, end=start + timedelta(minutes=30))
    content = file(appointment)
    event = event_of(content)
    assert (event["dtstart"].dt, event["dtend"].dt) == (appointment.start, appointment.end)
    assert "DTSTART:20261025T" in content and "VTIMEZONE" not in content


def test_utc_needs_no_explaining(clinic):
    content = file(clinic.book(location=make_location(timezone="UTC"), start=NOW + timedelta(days=3)))
    assert "DTSTART:20261126T080000Z" in content and "VTIMEZONE" not in content


def test_lines_are_folded_and_hostile_text_is_text(clinic):
    PortalSettings.objects.update(clinic_name='Harb"our\r\nBEGIN:VTODO; Clinic, ' + "é" * 40)
    clinic.location.address = "1; Street, Town\nEND:VEVENT\n\\" + "é" * 300
    clinic.clinician.name = "Ada\r\nATTENDEE:mailto:eve@example.org"
    clinic.client.email = "margaret@example.org\r\nURL:http://eve.example/"
    content = file(clinic.appointment, with_location=True, with_clinician=True)
    lines = content.encode().split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert [line for line in lines if line.startswith((b"BEGIN:", b"URL", b"ATTENDEE"))] == [
        b"BEGIN:VCALENDAR",
        b"BEGIN:VTIMEZONE",
        b"BEGIN:STANDARD",
        b"BEGIN:DAYLIGHT",
        b"BEGIN:VEVENT",
        next(line for line in lines if line.startswith(b"ATTENDEE;")),
        b"BEGIN:VALARM",
    ]
    event = event_of(content)
    assert event["location"].startswith("Harbour Rooms, 1; Street, Town, END:VEVENT")
    assert event["description"].startswith("With Ada\nATTENDEE:mailto:eve@example.org")


def test_without_an_address_for_replies_the_sites_own_sender_organises(clinic, settings):
    settings.DEFAULT_FROM_EMAIL = "Harbour <from@harbour.example>"
    PortalSettings.objects.update(email="")
    assert event_of(file(clinic.appointment))["organizer"] == "mailto:from@harbour.example"


def test_the_sequence_counts_what_had_happened_by_then(clinic):
    def happens(kind):
        return AppointmentEvent.objects.create(appointment=clinic.appointment, kind=kind, at=NOW, by_kind="staff")

    assert sequence_of(clinic.appointment) == 0
    events = [happens(kind) for kind in ("booked", "changed", "status_changed", "cancelled")]
    assert [sequence_of(clinic.appointment, event) for event in events] == [1, 2, 3, 4]
    assert sequence_of(clinic.appointment) == 4
