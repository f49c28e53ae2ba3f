"""Somebody types dates and times on a keyboard: what was typed stays, its meaning stands below it, and it is saved."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from wagtail_clientportal.models import Appointment, PortalPolicy, TimeOff, TimetabledHours, WorkingHours
from wagtail_clientportal.practice.dates import full_day_in_words

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def desk(new_context, live_server, clinic):
    """A page of a browser in which somebody is signed in who may do everything, in a zone far from the clinic."""
    session = Browser()
    session.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    context = new_context(viewport={"width": 1280, "height": 1000}, locale="en-US", timezone_id="Pacific/Auckland")
    cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    assert page.faults == []


@pytest.fixture
def day():
    """A day of next month, whose number is too large for a month's."""
    return (timezone.now().date().replace(day=1) + timedelta(days=40)).replace(day=25)


def type_in(page, name, typed, words):
    """Type into a field, leave it by the Tab key, and look what became of it."""
    field = page.locator(f"[name={name}]")
    field.click()
    page.keyboard.type(typed, delay=5)
    page.keyboard.press("Tab")
    assert not field.evaluate("field => field === document.activeElement")
    expect(field.locator("xpath=following-sibling::output")).to_have_text(words)
    assert field.input_value() == typed
    # Nothing lies over the field.
    assert field.evaluate(
        "field => { const box = field.getBoundingClientRect();"
        " return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === field }"
    )


def save(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".messages .success")).to_be_visible()


def test_a_new_appointment(desk, clinic, day):
    desk.goto(f"{reverse('clientportal_appointment:new')}?client={clinic.client.pk}")
    type_in(desk, "date", f"{day:%d/%m/%Y}", full_day_in_words(day))
    type_in(desk, "time", "2:30pm", "2:30pm")
    save(desk, "Book the appointment")
    start = Appointment.objects.exclude(pk=clinic.appointment.pk).get().local_start
    assert (start.date(), start.time()) == (day, time(14, 30))


def test_time_off(desk, day):
    desk.goto(reverse("clientportal_timeoff:add"))
    type_in(desk, "first_day", f"{day:%d.%m.%y}", full_day_in_words(day))
    type_in(desk, "from_time", "midday", "midday")
    type_in(desk, "until_time", "5.30pm", "5:30pm")
    save(desk, "Create")
    off = TimeOff.objects.get()
    start, end = (moment.astimezone(ZoneInfo(settings.TIME_ZONE)) for moment in (off.start, off.end))
    assert (start.date(), start.time(), end.date(), end.time()) == (day, time(12), day, time(17, 30))


def test_a_clients_date_of_birth(desk, clinic):
    desk.goto(reverse("clientportal_client:edit", args=[clinic.client.pk]))
    desk.locator("[name=date_of_birth]").fill("")
    type_in(desk, "date_of_birth", "24/3/57", "Sunday 24 March 1957")
    save(desk, "Save")
    clinic.client.refresh_from_db()
    assert clinic.client.date_of_birth == date(1957, 3, 24)


def test_timetabled_hours(desk, clinic, day):
    desk.goto(reverse("clientportal_timetabledhours:add"))
    desk.locator("[name=clinician]").select_option(str(clinic.clinician.pk))
    desk.locator("[name=location]").select_option(str(clinic.location.pk))
    type_in(desk, "date", f"{day.day} {day:%b %Y}", full_day_in_words(day))
    type_in(desk, "start", "9am", "9am")
    type_in(desk, "end", "1300", "1pm")
    save(desk, "Create")
    hours = TimetabledHours.objects.get()
    assert (hours.date, hours.start, hours.end) == (day, time(9), time(13))


def test_working_hours_of_a_row_that_was_added(desk, clinic, day):
    clinic.clinician.working_hours.all().delete()
    desk.goto(reverse("clientportal_clinician:edit", args=[clinic.clinician.pk]))
    desk.get_by_role("button", name="Add hours").click()
    desk.locator("[name=working_hours-0-weekday]").select_option("2")
    type_in(desk, "working_hours-0-start", "8.30am", "8:30am")
    type_in(desk, "working_hours-0-end", "16:45", "4:45pm")
    type_in(desk, "working_hours-0-valid_from", f"{day:%d/%m}", full_day_in_words(day))
    save(desk, "Save")
    hours = WorkingHours.objects.get()
    assert (hours.weekday, hours.start, hours.end, hours.valid_from) == (2, time(8, 30), time(16, 45), day)


def test_a_policy_that_goes_live_later(desk, day):
    desk.goto(reverse(PortalPolicy.snippet_viewset.get_url_name("edit"), args=[PortalPolicy.objects.get().pk]))
    desk.get_by_role("button", name="Toggle status").first.click()
    desk.get_by_role("button", name="Set schedule").first.click()
    words = f"{full_day_in_words(day)} at 2:30pm"
    type_in(desk, "go_live_at", f"{day:%d/%m/%Y} 14:30", words)


def test_what_is_refused_says_so_while_it_is_typed_and_stays(desk, clinic):
    desk.goto(reverse("clientportal_appointment:new"))
    reason = "Write the day, the month and the year, like 25/11/2026 or 25 Nov 2026."
    type_in(desk, "date", "11/25/2026", reason)
    with desk.expect_navigation():
        desk.get_by_role("button", name="Book the appointment").click()
    expect(desk.locator(".error-message", has_text=reason)).to_be_visible()
    assert desk.locator("[name=date]").input_value() == "11/25/2026"
