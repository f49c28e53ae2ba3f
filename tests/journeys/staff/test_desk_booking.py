"""Booking at the desk in a real browser: how many clicks and page loads it takes, and what shows meanwhile."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from tests.factories import make_clinician
from tests.journeys.faults import TOO_WIDE, WCAG, broken_rules
from tests.journeys.signing_in import open_admin
from wagtail_clientportal.models import Appointment, Client

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def desk(new_context, live_server, clinic):
    """A function that opens a page of the admin for a receptionist."""
    make_clinician(name="Ben Marlow", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    rita = get_user_model().objects.create_user("rita", first_name="Rita")

    def open_page(address, width=1280):
        context = new_context(viewport={"width": width, "height": 1400})
        page = open_admin(context, live_server, rita, "Clinic receptionist")
        page.goto(address)
        return page

    return open_page


def test_a_known_client_is_booked_from_the_diary_in_a_few_clicks_and_one_page_load(desk, clinic):
    day = f"{clinic.appointment.local_start:%Y-%m-%d}"
    page = desk(f"/admin/clientportal/diary/?date={day}&view=day&location=&clinician=")
    loads = []
    page.on("load", lambda _page: loads.append(1))
    clicks = [
        lambda: page.get_by_role("group", name="Ben Marlow", exact=True).get_by_role("link", name="Book at").first,
        lambda: form.get_by_role("button", name="Margaret Hale"),
        lambda: form.get_by_role("button", name="Book the appointment"),
    ]
    form = page.get_by_role("dialog", name="New appointment")
    clicks[0]().click()
    expect(form.get_by_label("Find a client")).to_be_focused()
    page.keyboard.type("hale 1956")
    clicks[1]().click()
    expect(form.get_by_text("Margaret Hale is told by email and text message.")).to_be_visible()
    with page.expect_navigation():
        clicks[2]().click()
    expect(page.get_by_text("Margaret Hale is booked in")).to_be_visible()
    assert page.url.count("/diary/") == 1 and len(loads) == 1 and len(clicks) <= 5
    assert Appointment.objects.latest("pk").clinician.name == "Ben Marlow"
    assert page.faults == []


@pytest.mark.parametrize("width", [320, 1280])
def test_while_somebody_types_the_form_follows_and_keeps_what_is_typed(desk, clinic, width):
    page = desk("/admin/clientportal/appointments/new/", width)
    page.get_by_label("Find a client").fill("nobody")
    expect(page.get_by_text("0 clients found.")).to_be_visible()
    page.get_by_text("New client").click()
    page.get_by_label("First name").press_sequentially("Margaret")
    page.get_by_label("Last name").press_sequentially("Hale")
    expect(page.get_by_text("There seems to be a record already.")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Margaret")
    page.get_by_label("First name").fill("Jo")
    page.get_by_label("Last name").fill("Bloggs")
    expect(page.get_by_text("There seems to be a record already.")).to_have_count(0)
    page.get_by_label("Clinician").select_option("Ada Osei")
    page.get_by_role("button", name="Next free").click()
    expect(page.locator("[name=date]")).not_to_have_value("")
    assert page.evaluate(TOO_WIDE) == []
    assert not broken_rules(page, WCAG, within=".clientportal-placing")
    with page.expect_navigation():
        page.get_by_role("button", name="Book the appointment").last.click()
    expect(page.get_by_text("Jo Bloggs is booked in")).to_be_visible()
    assert Client.objects.filter(last_name="Bloggs").count() == 1
    assert page.faults == []
