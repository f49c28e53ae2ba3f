from icalendar import Calendar

from tests.factories import make_location


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
