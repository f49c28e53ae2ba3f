"""Two people have one record open, each in a real browser: the second to save is told, and loses nothing."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client as Browser
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
MEANWHILE = "This record was changed in the meantime by Bo Second. Nothing was saved yet."


@pytest.fixture(params=[390, 1280], ids=["phone", "desk"])
def width(request):
    return request.param


@pytest.fixture
def sit_down(new_context, live_server, width):
    """A function that opens a page of the admin for somebody who may do everything."""

    def sit_down(name):
        user = get_user_model().objects.create_superuser(name.lower(), first_name=name, last_name="Second")
        session = Browser()
        session.force_login(user)
        context = new_context(viewport={"width": width, "height": 900})
        cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        return context.new_page()

    return sit_down


def save(page):
    page.keyboard.press("Control+s")


def test_working_hours_that_two_write_at_once_come_together(clinic, sit_down):
    url = reverse("clientportal_clinician:edit", args=[clinic.clinician.pk])
    mine, theirs = sit_down("Al"), sit_down("Bo")
    for page in (mine, theirs):
        page.goto(url)
    theirs.get_by_label("Available online").uncheck()
    theirs.locator("[name=working_hours-0-start]").fill("10am")
    save(theirs)
    expect(theirs.get_by_text("updated")).to_be_visible()

    mine.locator("[name=name]").fill("Ada Osei-Bonsu")
    mine.get_by_role("button", name="Add hours").click()
    mine.locator("[name=working_hours-5-weekday]").select_option("Saturday")
    mine.locator("[name=working_hours-5-start]").fill("9am")
    mine.locator("[name=working_hours-5-end]").fill("noon")
    save(mine)
    expect(mine.get_by_text(MEANWHILE)).to_be_visible()
    assert not mine.get_by_label("Available online").is_checked()
    assert mine.locator("[name=working_hours-0-start]").input_value() == "10:00"
    save(mine)
    expect(mine.get_by_text("updated")).to_be_visible()
    clinic.clinician.refresh_from_db()
    assert (clinic.clinician.name, clinic.clinician.available_online) == ("Ada Osei-Bonsu", False)
    hours = [str(row) for row in clinic.clinician.working_hours.all()]
    assert hours[0] == "Monday 10:00–17:00" and hours[5] == "Saturday 09:00–12:00" and len(hours) == 6
