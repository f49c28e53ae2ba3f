"""Staff may put an appointment anywhere, once they know all that is unusual there, and there only."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories import NOW, cancelled_status, make_client, make_clinician, make_location, make_type
from tests.staff.filling_in import NEW, form_of, hidden, knowing, reasons, send, text
from wagtail_clientportal.models import Appointment, Hold, TimeOff, TimetabledHours, WorkingHours


def moved(clinic, **values):
    data = form_of(clinic, **values)
    return {name: data[name] for name in data if name not in ("client", "appointment_type")}


@pytest.fixture
def bea(clinic):
    return make_clinician(name="Bea Ito", locations=[clinic.location], appointment_types=[clinic.appointment_type])


def test_what_any_client_could_choose_is_booked_without_a_question(boss, clinic):
    assert boss.post(NEW, form_of(clinic)).status_code == 302
    assert Appointment.objects.count() == 2


def test_all_that_is_unusual_about_a_place_is_said_at_once_and_then_done(boss, clinic, bea):
    there = NOW.replace(day=22, hour=3, minute=15)  # the Sunday before
    mill, massage = make_location(name="The Mill"), make_type(name="Massage", duration_minutes=60)
    TimeOff.objects.create(start=there - timedelta(hours=3), end=there + timedelta(hours=6), reason="Bank holiday")
    clinic.book(client=make_client(first_name="Ann"), start=there + timedelta(minutes=30))
    clinic.book(clinician=bea, start=there)
    data = form_of(clinic, location=mill.pk, appointment_type=massage.pk, date="2026-11-22", time="03:15")
    page = boss.post(NEW, data)
    assert page.status_code == 409
    assert reasons(page) == [
        "Sun 22 Nov 2026, 03:15 is in the past.",
        "Ada Osei doesn’t do “Massage”.",
        "Ada Osei doesn’t work at The Mill.",
        "It is outside Ada Osei’s working hours at The Mill.",
        "Everybody has time off: Sun 22 Nov 2026, 00:15–09:15. (Bank holiday)",
        "Ada Osei has an appointment with Ann Hale: Sun 22 Nov 2026, 03:45–04:15.",
        "Margaret Hale has another appointment then, with Bea Ito at Harbour Rooms: Sun 22 Nov 2026, 03:15–03:45.",
    ]
    assert Appointment.objects.count() == 3
    assert boss.post(NEW, data | knowing(page)).status_code == 302
    booked = Appointment.objects.latest("pk")
    assert (booked.start, booked.overbooked) == (there, True)


def test_time_off_is_said_as_whose_it_is(boss, clinic):
    start, end = datetime(2026, 11, 26, 0, tzinfo=UTC), datetime(2026, 11, 26, 23, tzinfo=UTC)
    TimeOff.objects.create(clinician=clinic.clinician, start=start, end=end, reason="Dentist")
    TimeOff.objects.create(location=clinic.location, start=start, end=end)
    TimeOff.objects.create(clinician=make_clinician(name="Ben"), start=start, end=end)
    assert reasons(boss.post(NEW, form_of(clinic))) == [
        "Ada Osei has time off: Thu 26 Nov 2026, 00:00–23:00. (Dentist)",
        "Harbour Rooms is closed: Thu 26 Nov 2026, 00:00–23:00.",
    ]


@pytest.mark.parametrize(
    ("at", "within"), [("08:45", False), ("09:00", True), ("16:30", True), ("16:31", False), ("13:07", True)]
)
def test_the_whole_appointment_has_to_lie_in_the_hours_but_not_on_the_grid(boss, clinic, at, within):
    WorkingHours.objects.all().delete()
    for start, end in ((9, 13), (13, 17)):  # one reach
        WorkingHours.objects.create(clinician=clinic.clinician, weekday=3, start=time(start), end=time(end))
    page = boss.post(NEW, form_of(clinic, time=at))
    assert (page.status_code == 302) == within
    if not within:
        assert reasons(page) == ["It is outside Ada Osei’s working hours at Harbour Rooms."]


def test_hours_timetabled_somewhere_else_are_no_hours_here(boss, clinic):
    mill = make_location(name="The Mill")
    TimetabledHours.objects.create(
        clinician=clinic.clinician, location=mill, date=NOW.date().replace(day=26), start=time(9), end=time(17)
    )
    page = boss.post(NEW, form_of(clinic))
    assert reasons(page) == ["It is outside Ada Osei’s working hours at Harbour Rooms."]


def test_a_buffer_that_is_in_the_way_is_said(boss, clinic):
    with_buffer = make_type(buffer_minutes=15)
    clinic.book(appointment_type=with_buffer, start=NOW.replace(day=26, hour=14))
    assert reasons(boss.post(NEW, form_of(clinic))) == [
        "Ada Osei has an appointment with Margaret Hale: Thu 26 Nov 2026, 14:00–14:30, then busy until 14:45."
    ]


def test_somebody_who_is_booking_online_is_in_the_way(boss, clinic):
    start = NOW.replace(day=26, hour=14, minute=30)
    Hold.objects.create(
        clinician=clinic.clinician,
        location=clinic.location,
        start=start,
        busy_until=start + timedelta(minutes=30),
        expires_at=NOW + timedelta(minutes=5),
        key="k",
    )
    page = boss.post(NEW, form_of(clinic))
    assert reasons(page) == ["Somebody is booking this time with Ada Osei online at this moment."]
    boss.post(NEW, form_of(clinic) | knowing(page))
    assert Appointment.objects.latest("pk").overbooked


@pytest.mark.parametrize("other", [{"time": "10:15"}, {"date": "2026-11-27"}])
def test_what_is_said_of_one_place_is_not_said_of_the_next(boss, clinic, other):
    clinic.book(start=NOW.replace(day=27, hour=10))
    refused = boss.post(NEW, form_of(clinic, date="2026-11-25", time="10:00"))
    again = boss.post(NEW, form_of(clinic, **{"date": "2026-11-25", "time": "10:00"} | other) | knowing(refused))
    assert again.status_code == 409
    assert Appointment.objects.count() == 2


def test_what_came_after_the_page_is_asked_for_again(boss, clinic):
    data = form_of(clinic, time="18:00")
    refused = boss.post(NEW, data)
    clinic.book(client=make_client(first_name="Ann"), start=NOW.replace(day=26, hour=18))
    again = boss.post(NEW, data | knowing(refused))
    assert again.status_code == 409
    assert len(reasons(again)) == 2 and "with Ann Hale" in text(again)
    assert 'name="anyway"' in text(again) and "checked" not in text(again).split('name="anyway"')[1][:80]
    assert boss.post(NEW, data | knowing(again)).status_code == 302


def test_a_box_that_was_never_offered_does_nothing(boss, clinic):
    data = form_of(clinic, date="2026-11-25", time="10:00", anyway="on")
    assert boss.post(NEW, data).status_code == boss.post(NEW, data | {"unusual": "\0|/ x"}).status_code == 409
    assert Appointment.objects.count() == 1


def test_what_has_an_unknown_sentence_is_not_done_unticked(boss, clinic):
    refused = boss.post(NEW, form_of(clinic, date="2026-11-25", time="10:00"))
    data = form_of(clinic, date="2026-11-25", time="10:00", unusual=hidden(refused, "unusual"))
    assert boss.post(NEW, data).status_code == 409
    assert Appointment.objects.count() == 1


def test_a_move_is_asked_about_in_the_same_words(boss, clinic, bea):
    clinic.book(clinician=bea, start=NOW.replace(day=26, hour=18))
    data = moved(clinic, time="18:15")
    page = send(boss, "change", clinic.appointment, data)
    assert reasons(page) == [
        "It is outside Ada Osei’s working hours at Harbour Rooms.",
        "Margaret Hale has another appointment then, with Bea Ito at Harbour Rooms: Thu 26 Nov 2026, 18:00–18:30.",
    ]
    assert "Move it anyway" in text(page)
    send(boss, "change", clinic.appointment, data | knowing(page))
    clinic.appointment.refresh_from_db()
    assert (clinic.appointment.start.hour, clinic.appointment.overbooked) == (18, False)


def test_an_appointment_is_never_in_its_own_way(boss, clinic):
    assert send(boss, "change", clinic.appointment, moved(clinic, date="2026-11-25", time="10:15")).status_code == 200
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start.minute == 15


def test_a_status_that_takes_the_place_back_says_where_the_client_is_by_now(boss, clinic, bea):
    booked = clinic.appointment.status
    send(boss, "cancel", clinic.appointment, {})
    clinic.book(clinician=bea)
    page = send(boss, "set_status", clinic.appointment, {"status": booked.pk})
    assert page.status_code == 409
    assert "Margaret Hale has another appointment then, with Bea Ito at Harbour Rooms" in text(page)
    send(boss, "set_status", clinic.appointment, {"status": booked.pk} | knowing(page))
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.holds_place and not clinic.appointment.overbooked


def test_an_appointment_that_is_over_gets_a_status_without_being_told_that_it_is_past(boss, clinic):
    past = clinic.book(start=NOW - timedelta(days=3) + timedelta(hours=2), status=cancelled_status())
    assert send(boss, "set_status", past, {"status": clinic.appointment.status.pk}).status_code == 200
    past.refresh_from_db()
    assert past.holds_place


def test_who_reaches_one_diary_alone_does_not_read_of_another(staff_with, clinic, bea):
    sam = staff_with("add_appointment", own_diary=True)
    clinic.clinician.user = sam.get("/admin/").wsgi_request.user
    clinic.clinician.save()
    clinic.book(clinician=bea, start=NOW.replace(day=26, hour=14, minute=30))
    page = sam.post(NEW, form_of(clinic))
    assert reasons(page) == ["Margaret Hale has another appointment at that time."]
    assert "Bea Ito" not in text(page)
