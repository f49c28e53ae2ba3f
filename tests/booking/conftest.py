"""A browser at the clinic's booking page; ``booking.wait`` moves the time."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from wagtail.models import Site

from tests.factories import NOW
from tests.portal.reading import soup, value
from wagtail_clientportal.access.links import mint_sign_in_link
from wagtail_clientportal.models import AppointmentType, BookingSettings, OnlineBookingPage

from .paying import take_money

START = "2026-11-26T14:00:00Z"


def open_booking(site=None, **values):
    """Put a booking page on *site* (the default one), switch online booking on, and return the page."""
    site = site or Site.objects.get(is_default_site=True)
    BookingSettings.objects.update_or_create(site=site, defaults={"enabled": True} | values)
    return site.root_page.add_child(instance=OnlineBookingPage(title="Book an appointment", slug="book"))


class Booking:
    """A browser that fills in the form as Nia Nettle, whom nobody knows, unless told otherwise."""

    DETAILS = {
        "first_name": "Nia",
        "last_name": "Nettle",
        "email": "nia@example.org",
        "mobile": "07700 900555",
        "day": "3",
        "month": "2",
        "year": "1980",
        "postcode": "ZX1 2AB",
        "message": "My knee.",
        "email_opt_in": "on",
        "sms_opt_in": "on",
    }
    # The clinic's only client
    KNOWN = {
        "first_name": "Margaret",
        "last_name": "Hale",
        "email": "margaret@example.org",
        "mobile": "07700 900123",
        "day": "9",
        "month": "12",
        "year": "1956",
        "postcode": "sw1a1aa",
    }

    def __init__(self, clinic, clock, mailoutbox):
        self.clinic, self.clock, self.mailoutbox, self.browser = clinic, clock, mailoutbox, Browser()
        self.page = open_booking()
        self.now = NOW

    def wait(self, **duration):
        self.now += timedelta(**duration)
        self.clock.move_to(self.now, tick=False)

    def url(self, path=""):
        return path if path.startswith("/") else f"/book/{path}"

    def get(self, path="", **query):
        return self.browser.get(self.url(path), query)

    def post(self, path="", data=None):
        return self.browser.post(self.url(path), data or {})

    def details_url(self, start=START, **query):
        query = {"type": self.clinic.appointment_type.pk, "location": self.clinic.location.pk, "start": start} | query
        return "/book/details/?" + "&".join(f"{name}={one}" for name, one in query.items())

    def form(self, url=None):
        """The hidden key of the form, which nobody fills in within five seconds."""
        key = value(self.get(url or self.details_url()), "key")
        self.wait(seconds=5)
        return {"key": key}

    def fill_in(self, url=None, **details):
        """Send the form, and return where it leads."""
        url = url or self.details_url()
        answer = self.post(url, self.form(url) | self.DETAILS | details)
        assert answer.status_code == 302, soup(answer).get_text(" ", strip=True)
        return answer["Location"]

    def check(self, check_url):
        page = self.get(check_url)
        return self.post(check_url, {"policy_revision": value(page, "policy_revision")})

    def ask(self, **details):
        """Fill in and check; a link is on its way then. Return the URL of the page that says so."""
        answer = self.check(self.fill_in(**details))
        assert answer.status_code == 302, soup(answer).get_text(" ", strip=True)
        return answer["Location"]

    def link(self):
        """Have what waits sent, and return the link in the last email."""
        call_command("clientportal_send")
        return re.search(r"/p/\w+/", self.mailoutbox[-1].body)[0]

    def confirm(self, link, browser=None):
        """Follow *link* and press the button; return the answer."""
        browser = browser or self.browser
        url = browser.get(link)["Location"]
        page = browser.get(url)
        return browser.post(url, {"policy_revision": value(page, "policy_revision")})

    def sign_in(self):
        self.browser.get(f"/p/{mint_sign_in_link('margaret@example.org', self.clinic.site, self.now)}/")
        answers = {"day": "9", "month": "12", "year": "1956", "postcode": "sw1a1aa"}
        assert self.browser.post("/portal/verify/", answers).status_code == 302
        return self


@pytest.fixture
def booking(clock, clinic, mailoutbox):
    return Booking(clinic, clock, mailoutbox)


@pytest.fixture
def paying(booking, settings):
    """Nia, where the clinic asks for a deposit of £20 of £48, and no proof of who she is."""
    take_money(settings)
    AppointmentType.objects.update(payment="deposit", deposit=20, price=48)
    BookingSettings.objects.update(confirm_contact=False)
    return booking
