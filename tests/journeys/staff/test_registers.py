"""A register under somebody's hands: results as they type, filters beside each other, ticked rows; without a mouse."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import cancelled_status, make_client
from tests.journeys.by_keyboard import press, tab_to
from tests.journeys.faults import TOO_WIDE
from tests.journeys.signing_in import open_admin
from wagtail_clientportal.models import ClientMessage

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(params=[390, 1280], ids=["phone", "desk"])
def width(request):
    return request.param


@pytest.fixture
def receptionist(new_context, live_server, width):
    context = new_context(viewport={"width": width, "height": 900})
    rita = get_user_model().objects.create_user("rita", first_name="Rita")
    return open_admin(context, live_server, rita, "Clinic receptionist")


def open_register(page, model):
    page.goto(f"/admin/wagtail_clientportal/{model}/")
    page.evaluate("window.stayed = true")  # until a page is loaded


def test_results_follow_what_is_typed_and_filters_combine(receptionist, clinic):
    page, now = receptionist, timezone.now()
    tom = make_client(first_name="Old", last_name="Tom", email="tom@example.org")
    clinic.book(client=tom, start=now + timedelta(days=3))
    for days, status in ((-3, None), (5, cancelled_status())):
        clinic.book(start=now + timedelta(days=days), **({"status": status} if status else {}))
    open_register(page, "appointment")
    results = page.locator("#listing-results")
    rows = results.locator("tbody tr")
    expect(rows).to_have_count(4)

    tab_to(page, page.get_by_label("Search term"))
    page.keyboard.type("Hale, Margaret")
    expect(rows).to_have_count(3)
    expect(results.get_by_role("alert")).to_have_text("3 appointments")
    page.wait_for_url(lambda url: "q=Hale" in url)

    filters = page.locator("#filters-drilldown")
    press(page, filters.get_by_role("button", name="Show filters"))
    press(page, filters.get_by_role("button", name="When"))
    press(page, filters.get_by_role("radio", name="Any time"), "ArrowDown")  # Today
    expect(rows).to_have_count(0)
    for _period in ("This week", "Upcoming"):
        page.keyboard.press("ArrowDown")
    expect(rows).to_have_count(2)
    press(page, filters.get_by_role("button", name="Back").locator("visible=true"))
    press(page, filters.get_by_role("button", name="Status"))
    press(page, filters.get_by_role("checkbox", name="Cancelled"), "Space")
    expect(rows).to_have_count(1)
    page.keyboard.press("Escape")
    expect(results.locator(".w-pill")).to_have_count(2)
    assert page.evaluate("window.stayed") is True
    assert page.evaluate(TOO_WIDE) == []

    page.reload()
    expect(rows).to_have_count(1)
    press(page, results.locator(".w-pill").filter(has_text="Status").get_by_role("button", name="Clear"))
    expect(rows).to_have_count(2)
    page.wait_for_url(lambda url: "status" not in url and "when=upcoming" in url and "q=Hale" in url)
    with page.expect_navigation():
        press(page, rows.first.get_by_role("link"))
    expect(page.get_by_role("heading", name="Appointment: Margaret Hale")).to_be_attached()
    assert page.faults == []


def test_ticked_messages_are_handled_together(receptionist, clinic):
    page = receptionist
    for body in ("My knee hurts.", "Running late.", "Thank you."):
        ClientMessage.objects.create(client=clinic.client, appointment=clinic.appointment, body=body)
    open_register(page, "clientmessage")
    rows = page.locator("#listing-results tbody tr")
    for body in ("Running late.", "Thank you."):
        press(page, rows.filter(has_text=body).get_by_role("checkbox"), "Space")
    expect(page.get_by_text("2 items selected")).to_be_visible()
    with page.expect_navigation():
        press(page, page.get_by_role("link", name="Mark the selected messages as handled"))
    expect(page.get_by_role("listitem").filter(has_text="Margaret Hale: ")).to_have_count(2)
    with page.expect_navigation():
        press(page, page.get_by_role("button", name="Mark as handled"))
    expect(page.get_by_text("2 messages are marked as handled.")).to_be_visible()
    expect(rows.first).to_contain_text("My knee hurts.")
    assert set(ClientMessage.objects.exclude(handled_at=None).values_list("body", "handled_by__username")) == {
        ("Running late.", "rita"),
        ("Thank you.", "rita"),
    }
    assert page.faults == []
