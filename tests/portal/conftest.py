"""A browser at the portal's door; ``portal.clock`` moves the time."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from tests.factories import NOW
from wagtail_clientportal.access.links import mint_appointment_link, mint_sign_in_link


class Portal:
    """A browser that follows links and answers who it is, as the clinic's only client unless told otherwise."""

    ANSWERS = {"day": "9", "month": "12", "year": "1956", "postcode": "sw1a1aa"}

    def __init__(self, clinic, clock):
        self.clinic, self.clock, self.browser = clinic, clock, Browser()

    @property
    def now(self):
        return NOW + self._passed

    _passed = timedelta(0)

    def wait(self, **duration):
        self._passed += timedelta(**duration)
        self.clock.move_to(self.now, tick=False)

    def url(self, path=""):
        return f"/portal/{path}"

    def of(self, appointment, path=""):
        return self.url(f"appointments/{appointment.public_id}/{path}")

    def get(self, path="", **query):
        return self.browser.get(path if path.startswith("/") else self.url(path), query)

    def post(self, path="", data=None):
        return self.browser.post(path if path.startswith("/") else self.url(path), data or {})

    def appointment_link(self, appointment=None):
        return f"/p/{mint_appointment_link(appointment or self.clinic.appointment, self.now)}/"

    def sign_in_link(self, contact="margaret@example.org"):
        return f"/p/{mint_sign_in_link(contact, self.clinic.site, self.now)}/"

    def answer(self, **answers):
        return self.post("verify/", self.ANSWERS | answers)

    def sign_in(self):
        """Get a session for all of the client's appointments."""
        self.browser.get(self.sign_in_link())
        response = self.answer()
        assert response.status_code == 302, response.content.decode()
        return self

    def open_appointment(self, appointment=None):
        """Get a session for one appointment."""
        self.browser.get(self.appointment_link(appointment))
        response = self.answer()
        assert response.status_code == 302, response.content.decode()
        return self


@pytest.fixture
def portal(clock, clinic):
    return Portal(clinic, clock)
