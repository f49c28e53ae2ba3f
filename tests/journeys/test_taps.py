"""From the email to what it is about: how many taps, and how many screens."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tests.journeys.signing_in import fill_in_who
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


class Taps:
    """A phone whose every tap is counted, and whose every screen that came by one."""

    def __init__(self, page):
        self.page, self.taps, self.screens = page, 0, []

    def on_link_of(self, email, ending):
        self.taps += 1
        self.page.goto(re.search(rf"http\S+/p/\w+/{ending}", email.body)[0])
        self._note()

    def on(self, locator):
        self.taps += 1
        with self.page.expect_navigation():
            locator.click()
        self._note()

    def on_button(self, name):
        self.on(self.page.get_by_role("button", name=name))

    def _note(self):
        self.screens.append(self.page.locator("h1").inner_text())


@pytest.fixture
def email(clinic):
    """What tells the client that the clinic moved their appointment."""
    change(clinic.appointment, clinic.appointment.start - timedelta(hours=1), by=None)
    mail.outbox.clear()
    deliver_due(now=timezone.now() + timedelta(minutes=4))
    return next(one for one in mail.outbox if one.to == ["margaret@example.org"])


@pytest.fixture
def phone(new_context):
    return Taps(new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False).new_page())


def test_from_the_email_to_changed_it_is_four_taps(phone, email, clinic):
    phone.on_link_of(email, "change/")
    fill_in_who(phone.page)
    phone.on_button("Continue")
    phone.on(phone.page.locator("section[aria-labelledby=times] .cp-times a").last)
    phone.on_button("Change my appointment")
    assert phone.taps <= 4 and len(phone.screens) <= 4, phone.screens
    assert phone.page.get_by_role("status").get_by_text("Your appointment has been changed").is_visible()


def test_from_the_email_to_cancelled_it_is_three_taps(phone, email, clinic):
    phone.on_link_of(email, "cancel/")
    fill_in_who(phone.page)
    phone.on_button("Continue")
    phone.on_button("Cancel my appointment")
    assert phone.taps <= 3 and len(phone.screens) <= 3, phone.screens
    clinic.appointment.refresh_from_db()
    assert not clinic.appointment.holds_place
