"""Before a session ends the page says so; at its end nothing of the client's stays on the screen."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import make_client
from tests.journeys.faults import faults_of
from tests.journeys.signing_in import say_who, sign_in
from wagtail_clientportal.access.links import mint_sign_in_link
from wagtail_clientportal.models import PortalSession

# A live server needs real transactions, and what the migrations seeded must come back after each of them.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SECONDS = 1000  # milliseconds
MINUTES = 60 * SECONDS


@pytest.fixture
def width():
    """These hold at any width; the narrow one is the harder."""
    return 320


@pytest.fixture
def writing(lively, clinic):
    """A signed-in client in the middle of a message to the clinic."""
    sign_in(lively, clinic)
    lively.goto(f"/portal/appointments/{clinic.appointment.public_id}/cancel/")
    lively.get_by_text("Add a message to the clinic").click()
    lively.get_by_label("Message to the clinic").fill("My bus is late")
    return lively


def _message(page):
    return page.get_by_label("Message to the clinic")


def test_two_minutes_before_the_end_the_page_says_when_and_takes_the_focus(writing):
    writing.clock.fast_forward(12 * MINUTES + 30 * SECONDS)
    expect(writing.get_by_role("dialog")).to_have_count(0)
    writing.clock.fast_forward(40 * SECONDS)
    warning = writing.get_by_role("dialog")
    said = r"^You will be signed out at (\d\d?(:\d\d)?[ap]m|midday|midnight)$"
    expect(warning).to_have_accessible_name(re.compile(said))
    expect(warning.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert not writing.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_staying_signed_in_keeps_what_was_typed_and_gives_the_focus_back(writing, key):
    _message(writing).focus()
    PortalSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=13))
    writing.clock.fast_forward(13 * MINUTES + 10 * SECONDS)
    expect(writing.get_by_role("dialog")).to_be_visible()
    with writing.expect_response("**/stay/"):
        writing.keyboard.press(key)
    expect(writing.get_by_role("dialog")).to_have_count(0)
    expect(writing.locator("[data-cp-said]")).to_have_text("You are still signed in.")
    expect(_message(writing)).to_be_focused()
    expect(_message(writing)).to_have_value("My bus is late")
    assert timezone.now() - PortalSession.objects.get().last_seen_at < timedelta(minutes=1)
    writing.clock.fast_forward(12 * MINUTES)
    expect(_message(writing)).to_be_visible()
    writing.clock.fast_forward(70 * SECONDS)
    expect(writing.get_by_role("dialog")).to_be_visible()


def test_at_the_end_nothing_of_the_clients_is_left_on_the_screen(writing):
    writing.clock.fast_forward(15 * MINUTES + 5 * SECONDS)
    heading = writing.get_by_role("heading", level=1)
    expect(heading).to_have_text("You are signed out")
    expect(heading).to_be_focused()
    left = writing.content()
    for personal in ("Margaret", "Harbour Rooms", "Ada Osei", "My bus is late", "Physiotherapy"):
        assert personal not in left
    expect(writing.get_by_role("link", name="Sign in again")).to_be_visible()
    assert not faults_of(writing)


def _form_after_signing_in_again(page, clinic):
    sign_in(page, clinic)
    page.goto(f"/portal/appointments/{clinic.appointment.public_id}/cancel/")
    return page.get_by_label("Message to the clinic")


def test_what_was_typed_when_the_time_was_up_waits_for_the_same_client(writing, clinic):
    PortalSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=15))
    writing.clock.fast_forward(15 * MINUTES + 5 * SECONDS)
    expect(writing.get_by_text("What you had typed is kept for you")).to_be_visible()
    assert not faults_of(writing)
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.holds_place and not clinic.appointment.messages.exists()
    expect(_form_after_signing_in_again(writing, clinic)).to_have_value("My bus is late")


def test_what_was_typed_is_kept_as_soon_as_there_is_a_connection_again(writing, clinic):
    PortalSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=15))
    writing.context.set_offline(True)
    writing.clock.fast_forward(15 * MINUTES + 5 * SECONDS)
    expect(writing.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert "My bus is late" not in writing.content()
    with writing.expect_response("**/draft/"):
        writing.context.set_offline(False)
    expect(writing.get_by_text("What you had typed is kept for you")).to_be_visible()
    expect(_form_after_signing_in_again(writing, clinic)).to_have_value("My bus is late")


def test_where_nothing_was_typed_nothing_is_said_to_be_kept(writing):
    _message(writing).fill("  ")
    writing.clock.fast_forward(15 * MINUTES + 5 * SECONDS)
    expect(writing.get_by_role("heading", level=1)).to_have_text("You are signed out")
    expect(writing.get_by_text("What you had typed")).to_be_hidden()


def test_where_the_session_has_ended_elsewhere_staying_shows_that_and_keeps_what_was_typed(writing, clinic):
    PortalSession.objects.update(ended_at=timezone.now())
    writing.clock.fast_forward(13 * MINUTES + 10 * SECONDS)
    writing.get_by_role("button", name="Stay signed in").click()
    expect(writing.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert "Margaret" not in writing.content()
    expect(writing.get_by_text("nothing happened")).to_have_count(0)
    expect(writing.get_by_text("What you had typed is kept for you")).to_be_visible()
    expect(_form_after_signing_in_again(writing, clinic)).to_have_value("My bus is late")


def test_without_a_connection_the_warning_says_so_and_loses_nothing(writing):
    _message(writing).focus()
    writing.clock.fast_forward(13 * MINUTES + 10 * SECONDS)
    writing.context.set_offline(True)
    writing.get_by_role("button", name="Stay signed in").click()
    expect(writing.get_by_role("dialog")).to_contain_text("could not reach")
    assert not faults_of(writing)
    writing.context.set_offline(False)
    writing.get_by_role("button", name="Stay signed in").click()
    expect(writing.get_by_role("dialog")).to_have_count(0)
    expect(writing.locator("[data-cp-said]")).to_have_text("You are still signed in.")
    expect(_message(writing)).to_be_focused()
    expect(_message(writing)).to_have_value("My bus is late")


def test_without_a_connection_the_warning_can_be_put_away_to_write_on(writing):
    writing.clock.fast_forward(13 * MINUTES + 10 * SECONDS)
    writing.context.set_offline(True)
    writing.get_by_role("button", name="Stay signed in").click()
    expect(writing.get_by_role("dialog")).to_contain_text("could not reach")
    writing.keyboard.press("Escape")
    expect(writing.get_by_role("dialog")).to_have_count(0)
    expect(writing.locator("[data-cp-said]")).to_contain_text("could not reach")
    assert not faults_of(writing)
    _message(writing).press_sequentially(" again")
    writing.context.set_offline(False)


def test_the_link_that_is_always_there_asks_without_leaving_the_form(writing):
    with writing.expect_response("**/stay/"):
        writing.get_by_role("link", name="Stay signed in").click()
    expect(_message(writing)).to_have_value("My bus is late")
    assert len(writing.context.pages) == 1


def test_another_tab_keeps_this_one_awake(writing):
    writing.clock.fast_forward(12 * MINUTES)
    other = writing.context.new_page()
    other.clock.install(time=timezone.now() + timedelta(minutes=12))
    other.goto("/portal/appointments/")
    writing.clock.fast_forward(2 * MINUTES)
    expect(writing.get_by_role("dialog")).to_have_count(0)


def test_signing_out_in_one_tab_hides_what_the_others_show(writing, clinic):
    other = writing.context.new_page()
    other.goto("/portal/appointments/")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("You are signed out")
    expect(writing.get_by_role("heading", level=1)).to_have_text("You are signed out")
    left = writing.content()
    for personal in ("Margaret", "Harbour Rooms", "My bus is late", "nothing happened"):
        assert personal not in left
    # Whoever signs out leaves nothing behind, not even for themselves.
    expect(_form_after_signing_in_again(other, clinic)).to_have_value("")


def test_signing_in_as_somebody_else_in_one_tab_hides_what_the_others_show(writing, clinic):
    make_client(first_name="Tom", email="tom@example.org", mobile="")
    other = writing.context.new_page()
    other.goto(f"/p/{mint_sign_in_link('tom@example.org', clinic.site, timezone.now())}/")
    expect(_message(writing)).to_be_visible()
    say_who(other)
    expect(other.get_by_text("Signed in as Tom")).to_be_visible()
    expect(writing.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert "Margaret" not in writing.content()


def test_without_a_script_the_page_says_how_long_and_the_link_leaves_the_form_open(page, clinic):
    sign_in(page, clinic)
    page.goto(f"/portal/appointments/{clinic.appointment.public_id}/cancel/")
    page.get_by_text("Add a message to the clinic").click()
    _message(page).fill("My bus is late")
    assert "after 15 minutes without a new page" in page.content()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Stay signed in (opens a new tab)").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("You are still signed in")
    expect(_message(page)).to_have_value("My bus is late")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("browser", ["page", "lively"], ids=["without-script", "with-script"])
def test_after_signing_out_back_shows_nothing_of_the_clients(request, clinic, browser):
    page = request.getfixturevalue(browser)
    sign_in(page, clinic)
    page.get_by_role("link", name="Change or cancel").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        body = page.inner_text("body")
        assert "Margaret" not in body and "Harbour Rooms" not in body
