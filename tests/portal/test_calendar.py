from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from icalendar import Calendar

from tests.factories import make_location
from tests.portal.reading import soup


def _event(response):
    return Calendar.from_ical(response.content).walk("VEVENT")[0]


def _download(portal, appointment=None):
    return portal.get(portal.of(appointment or portal.clinic.appointment, "calendar/"))


def test_the_appointment_is_downloaded_as_a_calendar_file(portal):
    portal.sign_in()
    response = _download(portal)
    assert response["Content-Type"].startswith("text/calendar")
    assert response["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert b"DTSTART:20261125T100000Z" in response.content
    assert b"DTEND:20261125T103000Z" in response.content
    event = _event(response)
    assert event["summary"] == "Appointment at Harbour Clinic"
    assert event["uid"] == str(portal.clinic.appointment.public_id)


def test_it_says_where_and_neither_with_whom_nor_what_for(portal):
    portal.sign_in()
    content = _download(portal).content.decode().replace("\r\n ", "")
    assert "Harbour Rooms" in content and "020 7946 0000" in content and "http://localhost/portal/" in content
    for private in ("Ada", "Physio", "Margaret", "/p/", "appointments/"):
        assert private not in content


def test_the_same_appointment_keeps_its_uid_and_raises_its_sequence(portal):
    portal.sign_in()
    before = _event(_download(portal))
    portal.post(portal.of(portal.clinic.appointment, "cancel/"))
    after = _event(_download(portal))
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")


def test_long_and_hostile_lines_are_folded_and_escaped(portal):
    address = "1; Street, Town\nBEGIN:VEVENT\n" + "é" * 300
    away = make_location(name="Rooms", address=address)
    portal.sign_in()
    appointment = portal.clinic.book(location=away, start=portal.now.replace(day=30))
    content = _download(portal, appointment).content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.count(b"\r\nBEGIN:VEVENT") == 1
    assert "1; Street, Town" in _event(_download(portal, appointment))["location"]


def test_one_alarm_rings_two_hours_before_and_none_for_what_was_cancelled(portal):
    portal.sign_in()
    [alarm] = _event(_download(portal)).walk("VALARM")
    assert (alarm["action"], alarm["trigger"].dt) == ("DISPLAY", timedelta(hours=-2))
    portal.post(portal.of(portal.clinic.appointment, "cancel/"))
    assert not _event(_download(portal)).walk("VALARM")


def test_calendars_on_the_web_are_told_when_and_where_and_no_more(portal):
    portal.clinic.location.address = "12 Harbour Street\nLittle Wittering"
    portal.clinic.location.save()
    portal.sign_in()
    page = soup(portal.get(portal.of(portal.clinic.appointment)))
    google, outlook = (parse_qs(urlsplit(page.find("a", string=name)["href"]).query) for name in ("Google", "Outlook"))
    place = "Harbour Rooms, 12 Harbour Street, Little Wittering"
    assert google == {
        "action": ["TEMPLATE"],
        "text": ["Appointment at Harbour Clinic"],
        "dates": ["20261125T100000Z/20261125T103000Z"],
        "location": [place],
    }
    assert outlook == {
        "subject": ["Appointment at Harbour Clinic"],
        "startdt": ["2026-11-25T10:00:00Z"],
        "enddt": ["2026-11-25T10:30:00Z"],
        "location": [place],
    }
    way = page.find("a", string="Directions")["href"]
    assert parse_qs(urlsplit(way).query)["destination"] == [place]


def test_without_an_address_there_is_no_way_to_show(portal):
    portal.sign_in()
    assert not soup(portal.get(portal.of(portal.clinic.appointment))).find("a", string="Directions")
