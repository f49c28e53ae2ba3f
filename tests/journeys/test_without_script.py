"""What a client does without JavaScript, by links and buttons alone: each page is named by its heading."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import make_client
from tests.journeys.signing_in import fill_in_who, say_who, sign_in
from wagtail_clientportal.access.links import mint_appointment_link
from wagtail_clientportal.models import AppointmentEvent, ClientMessage, ClientPortalPage, PortalSettings
from wagtail_clientportal.outbox.unsubscribe import unsubscribe_url

# A live server needs real transactions, and what the migrations seeded must come back after each of them.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# What scripts alone ask for, and Wagtail's own name for the front door.
NO_PAGES = {"draft", "index_route", "send_link"}


class Walker:
    """A client who goes from page to page, and looks where they are."""

    def __init__(self, page):
        self.page = page
        self.seen = set()  # the names of the portal page's routes
        page.on("request", lambda request: self.seen.update(_route(request.url)))

    def open(self, address, heading):
        self.page.goto(address)
        self._is_at(heading)

    def follow(self, link, heading):
        self._click(self._named("link", link), heading)

    def press(self, button, heading):
        self._click(self._named("button", button), heading)

    def choose(self, selector, heading):
        self._click(self.page.locator(selector).first, heading)

    def told(self, role, text):
        expect(self.page.get_by_role(role)).to_contain_text(text)

    def _named(self, role, name):
        return self.page.get_by_role("main").get_by_role(role, name=name).first

    def _click(self, target, heading):
        with self.page.expect_navigation():
            target.click()
        self._is_at(heading)

    def _is_at(self, heading):
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)


def _route(url) -> set[str]:
    path = url.partition("?")[0].partition("/portal/")
    return {ClientPortalPage.get_resolver().resolve(f"/{path[2]}").url_name} if path[1] else set()


@pytest.fixture
def walker(page):
    return Walker(page)


def test_from_the_front_door_through_every_page_and_out_again(walker, clinic, mailoutbox):
    page = walker.page
    make_client(first_name="Zoë")  # who shares everything but her name

    walker.open("/portal/", "Your appointments")
    walker.press("Send me a link", "Your appointments")
    walker.told("alert", "There is a problem")
    page.get_by_label("Email address or mobile number").fill("Margaret@Example.org")
    walker.press("Send me a link", "Look for our message")

    link = _link_in(mailoutbox)
    walker.open(link, "Confirm who you are")
    walker.press("Continue", "Confirm who you are")
    walker.told("alert", "There is a problem")
    fill_in_who(page)
    walker.press("Continue", "Confirm who you are")
    walker.told("status", "More than one person has these details")
    page.get_by_label("First name").fill("margaret")
    walker.press("Continue", "Your appointments")

    walker.follow("Change or cancel", "Your appointment")
    with page.expect_download() as download:
        page.get_by_role("link", name="Add it to my calendar").click()
    assert download.value.suggested_filename == "appointment.ics"

    walker.follow("Change the date or time", "Choose a new time")
    walker.follow("Later times", "Choose a new time")
    walker.follow("Earlier times", "Choose a new time")
    # All of the next month is to come, whatever day it is today.
    walker.choose(".cp-month-nav a:last-child", "Choose a new time")
    walker.choose(".cp-month td a:not([aria-current])", "Choose a new time")
    page.locator(".cp-day summary").first.click()
    walker.choose(".cp-day[open] .cp-times a", "Check your new time")
    walker.follow("Choose another time", "Choose a new time")
    start = datetime.fromisoformat(page.locator(".cp-times a").first.get_attribute("href").split("start=")[1])
    walker.choose(".cp-times a", "Check your new time")
    page.get_by_text("Add a message to the clinic").click()
    page.get_by_label("Message to the clinic").fill("The bus is late on Tuesdays 🚌")
    walker.press("Change my appointment", "Your appointment")
    walker.told("status", "Your appointment has been changed")
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == start.astimezone(UTC)
    assert AppointmentEvent.objects.get().policy_shown
    assert ClientMessage.objects.get().body == "The bus is late on Tuesdays 🚌"

    walker.follow("Cancel this appointment", "Cancel this appointment?")
    walker.follow("Keep my appointment", "Your appointment")
    walker.follow("Cancel this appointment", "Cancel this appointment?")
    expect(page.get_by_role("main")).to_contain_text("24 hours’ notice")
    walker.press("Cancel my appointment", "Your appointment")
    walker.told("status", "Your appointment has been cancelled")
    clinic.appointment.refresh_from_db()
    assert not clinic.appointment.holds_place

    walker.press("Undo: book it again", "Your appointment")
    walker.told("status", "Your appointment is booked again")

    walker.follow("All my appointments", "Your appointments")
    walker.follow("Choose your reminders", "Your reminders")
    page.get_by_label("Remind me by email").uncheck()
    walker.press("Save", "Your reminders")
    walker.told("status", "Your choice has been saved")
    walker.follow("All my appointments", "Your appointments")
    walker.follow("Show them in my calendar", "Your appointments in your calendar")
    walker.press("Make an address", "Your appointments in your calendar")
    walker.follow("All my appointments", "Your appointments")
    walker.open("/portal/stay/", "You are still signed in")
    walker.follow("Go to your appointments", "Your appointments")
    walker.open("/portal/nothing/", "We can’t find that page")
    walker.follow("Go to your appointments", "Your appointments")
    walker.open("/portal/sign-out/", "Sign out?")
    walker.press("Sign out", "You are signed out")
    walker.open(f"/portal/appointments/{clinic.appointment.public_id}/", "Your appointments")
    assert page.url.endswith("/portal/")

    walker.open(link, "This link can’t be used any more")
    walker.press("Send me a new link", "Look for our message")
    walker.open(link, "This link can’t be used any more")
    page.get_by_label("Email address or mobile number").fill("margaret@example.org")
    walker.press("Send me a link", "Look for our message")
    walker.follow("ask for another link", "Your appointments")

    assert walker.seen == {route.name for route in ClientPortalPage.get_subpage_urls()} - NO_PAGES


def test_the_link_of_one_appointment_opens_it_and_leads_to_all_of_them(walker, clinic):
    token = mint_appointment_link(clinic.appointment, timezone.now())
    walker.open(f"/p/{token}/", "Confirm who you are")
    assert token not in walker.page.url
    say_who(walker.page)
    walker.follow("Change the date or time", "Choose a new time")
    walker.follow("Keep my appointment as it is", "Your appointment")
    expect(walker.page.get_by_role("main")).to_contain_text("this appointment only")
    walker.press("Email me a link to all my appointments", "Look for our message")
    expect(walker.page.get_by_role("main")).to_contain_text("on its way to where the clinic writes to you")


def test_a_client_stops_the_reminders_and_wants_them_after_all(walker, clinic):
    walker.open(unsubscribe_url(clinic.client, clinic.site), "Stop reminders by email?")
    walker.press("Stop the reminders", "You won’t get any more reminders by email")
    clinic.client.refresh_from_db()
    assert not clinic.client.email_reminders
    walker.press("I want the reminders after all", "You will get reminders by email again")
    clinic.client.refresh_from_db()
    assert clinic.client.email_reminders


def test_once_the_portal_is_off_every_way_ends_at_the_clinics_words(walker, clinic):
    closed = "Our online service is closed"
    sign_in(walker.page, clinic)
    walker.follow("Change or cancel", "Your appointment")
    walker.follow("Cancel this appointment", "Cancel this appointment?")
    PortalSettings.objects.update(enabled=False, off_message="<p>We are moving house until Monday.</p>")
    walker.press("Cancel my appointment", closed)
    expect(walker.page.get_by_role("main")).to_contain_text("We are moving house until Monday.")
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.holds_place
    for address in ("", "appointments/", f"appointments/{clinic.appointment.public_id}/change/", "stay/", "verify/"):
        walker.open(f"/portal/{address}", closed)
    walker.open(f"/p/{mint_appointment_link(clinic.appointment, timezone.now())}/", closed)


def _link_in(mailoutbox) -> str:
    call_command("clientportal_send")
    (message,) = mailoutbox
    return next(word for word in message.body.split() if "/p/" in word)
