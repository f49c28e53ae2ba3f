"""A client without a mouse: Tab and Enter alone, and the focus always where something has just happened."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.signing_in import say_who, sign_in
from wagtail_clientportal.access.links import mint_sign_in_link

# A live server needs real transactions, and what the migrations seeded must come back after each of them.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MOST_TABS = 60


def _tab_to(page, target):
    """Press Tab until *target* has the focus; each stop on the way shows where the focus is."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        # While a page is still settling the focus may be on its body, which is no stop.
        assert page.evaluate(
            "document.activeElement === document.body"
            " || getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        )
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {target}")


def _press(page, target):
    _tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _type(page, label, text):
    _tab_to(page, page.get_by_label(label))
    page.keyboard.type(text)


def test_from_the_link_to_the_cancellation_with_the_keyboard_alone(lively, clinic):
    lively.goto(f"/p/{mint_sign_in_link('margaret@example.org', clinic.site, timezone.now())}/")
    for label, text in (("Day", "9"), ("Month", "12"), ("Year", "1956"), ("Postcode", "sw1a 1aa")):
        _type(lively, label, text)
    with lively.expect_navigation():
        lively.keyboard.press("Enter")
    _press(lively, lively.get_by_role("link", name="Change or cancel"))
    _press(lively, lively.get_by_role("link", name="Cancel this appointment"))
    _tab_to(lively, lively.get_by_text("Add a message to the clinic"))
    lively.keyboard.press("Enter")
    _type(lively, "Message to the clinic", "I am better")
    _press(lively, lively.get_by_role("button", name="Cancel my appointment"))
    expect(lively.locator(".cp-note--good")).to_be_focused()
    clinic.appointment.refresh_from_db()
    assert not clinic.appointment.holds_place


def test_a_new_time_with_the_keyboard_alone(lively, clinic):
    sign_in(lively, clinic)
    _press(lively, lively.get_by_role("link", name="Change or cancel"))
    _press(lively, lively.get_by_role("link", name="Change the date or time"))
    day = lively.locator(".cp-month td a").first
    _press(lively, day)
    expect(lively.locator("#times")).to_be_focused()
    lively.keyboard.press("Tab")
    expect(lively.locator(".cp-times a").first).to_be_focused()
    with lively.expect_navigation():
        lively.keyboard.press("Enter")
    _press(lively, lively.get_by_role("button", name="Change my appointment"))
    expect(lively.locator(".cp-note--good")).to_be_focused()


def test_after_a_mistake_the_focus_is_on_the_summary_and_its_link_leads_to_the_box(lively, clinic):
    lively.goto(f"/p/{mint_sign_in_link('margaret@example.org', clinic.site, timezone.now())}/")
    lively.get_by_label("Day").fill("31")
    lively.get_by_label("Month").fill("2")
    lively.get_by_label("Year").fill("1956")
    lively.get_by_role("button", name="Continue").press("Enter")
    expect(lively.get_by_role("alert")).to_be_focused()
    assert lively.title().startswith("Error:")
    lively.keyboard.press("Tab")
    lively.keyboard.press("Enter")
    expect(lively.get_by_label("Day")).to_be_focused()
    for label, text in (("Day", "1"), ("Year", "1957")):
        lively.get_by_label(label).fill(text)
    lively.get_by_label("Postcode").fill("n1 1aa")
    lively.get_by_role("button", name="Continue").press("Enter")
    expect(lively.get_by_role("alert")).to_be_focused()
    say_who(lively)
    expect(lively.get_by_role("heading", level=1)).to_have_text("Your appointments")
