"""Free times beside the form: a click fills one in, and books nothing."""

import re
from datetime import UTC, date, datetime

import pytest

from tests.factories import NOW, make_client, make_clinician, make_location, make_type
from tests.staff.filling_in import NEW, form_of, hidden, send, text, url_of
from wagtail_clientportal.models import Appointment
from wagtail_clientportal.practice.typed_dates import written


def press(boss, clinic, button, value, **values):
    """Press a button beside the change form of the clinic's appointment, which is filled in otherwise."""
    url = url_of("change", clinic.appointment)
    data = form_of(clinic, client=None, appointment_type=None, **values)
    seen = hidden(boss.get(url), "seen_version")
    return boss.post(url, data | {"seen_version": seen, button: value})


def offered(response):
    return re.findall(r'name="pick" value="([^"]+)"', response.content.decode())


def test_the_change_form_shows_the_free_times_of_the_appointments_week(boss, clinic):
    times = offered(boss.get(url_of("change", clinic.appointment)))
    start = clinic.appointment.local_start
    assert start.replace(tzinfo=None).isoformat(timespec="minutes") not in times
    assert times and times[0] >= start.date().isoformat()


def test_a_click_fills_the_time_in_and_keeps_all_else(boss, clinic):
    pick = offered(boss.get(url_of("change", clinic.appointment)))[2]
    page = press(boss, clinic, "pick", pick, tell_client=None)
    day, clock = pick.split("T")
    assert page.status_code == 200
    assert f'value="{written(date.fromisoformat(day))}"' in text(page) and f'value="{clock}"' in text(page)
    assert "checked" not in re.search(r'<input[^>]*name="tell_client"[^>]*>', text(page))[0]
    before = clinic.appointment.start
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == before
    send(boss, "change", clinic.appointment, form_of(clinic, date=day, time=clock))
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == datetime.fromisoformat(pick).replace(tzinfo=UTC)


def test_the_weeks_are_paged_from_today_on(boss, clinic):
    later = press(boss, clinic, "times_from", "2026-12-14")
    assert {time[:10] for time in offered(later)} <= {f"2026-12-{day}" for day in range(14, 21)}
    assert offered(later)
    past = press(boss, clinic, "times_from", "2020-01-01")
    assert min(offered(past))[:10] >= NOW.date().isoformat()
    assert 'value="2026-11-16"' not in text(past)


@pytest.mark.parametrize("nonsense", ["", "x", "9999-12-31", "0001-01-01", "2026-13-40", "\0"])
@pytest.mark.parametrize("button", ["pick", "times_from"])
def test_a_button_that_sends_nonsense_changes_nothing(boss, clinic, button, nonsense):
    assert press(boss, clinic, button, nonsense).status_code == 200


def test_another_clinicians_times_are_shown_when_asked_for(boss, clinic):
    away = make_clinician(
        name="Ben Away", locations=[clinic.location], appointment_types=[clinic.appointment_type], hours=None
    )
    page = press(boss, clinic, "show_times", "1", clinician=away.pk)
    assert not offered(page) and "There is none this week" in text(page)


def test_where_no_week_has_any_the_free_times_say_why(boss, clinic):
    ben = make_clinician(name="Ben", locations=[clinic.location])
    page = press(boss, clinic, "show_times", "1", clinician=ben.pk)
    assert not offered(page) and "There is none this week" not in text(page)
    assert "Ben doesn’t do “Physiotherapy follow-up”. So there are no free times to show." in text(page)
    mill = make_location(name="The Mill")
    assert "Ada Osei doesn’t work at The Mill." in text(press(boss, clinic, "show_times", "1", location=mill.pk))


def test_a_new_appointments_times_wait_for_where_and_what(boss, clinic):
    clinic.clinician.appointment_types.add(make_type(name="Massage"))
    assert "Choose a type and a location to see the free times." in text(boss.get(NEW))
    page = boss.post(NEW, form_of(clinic, date="", time="") | {"show_times": "1"})
    assert offered(page)
    assert not Appointment.objects.exclude(pk=clinic.appointment.pk).exists()


def test_a_form_that_shows_times_still_notices_what_somebody_else_changed(boss, clinic):
    url = url_of("change", clinic.appointment)
    seen = hidden(boss.get(url), "seen_version")
    Appointment.objects.update(location=clinic.location, start=clinic.appointment.start.replace(hour=9))
    page = boss.post(url, form_of(clinic) | {"seen_version": seen, "show_times": "1"})
    assert page.status_code == 409 and "was changed in the meantime" in text(page)


def test_a_time_picked_for_another_client_than_the_address_names_stays_with_that_client(boss, clinic):
    other = make_client(first_name="Tom", email="tom@example.org")
    url = f"{NEW}?client={clinic.client.pk}"
    page = boss.post(url, form_of(clinic, client=other.pk) | {"pick": "2026-11-26T10:00"})
    assert re.search(rf'name="client" value="{other.pk}"', text(page))
    assert "Tom Hale" in text(page) and "Margaret Hale" not in text(page)
