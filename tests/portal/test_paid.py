"""What a client's page says of money: what they paid, and what the clinic's policy says. It promises nothing else."""

import re
from decimal import Decimal

import pytest

from tests.factories import NOW
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.decide_refund import decide_refund
from wagtail_clientportal.actions.record_payment import record_payment
from wagtail_clientportal.models import Payment, PortalPolicy, Refund

from .reading import text

PROMISES = re.compile(r"refund|given back|give you|money|days|return", re.IGNORECASE)
WORDING = "Cancelled within 24 hours, half of the price is due."


@pytest.fixture
def paid(portal):
    policy = PortalPolicy.objects.get()
    policy.cancellation_policy = f"<p>{WORDING}</p>"
    policy.save_revision().publish()
    appointment = portal.clinic.appointment
    record_payment(appointment, Decimal(48), method="card", by=None, now=NOW)
    portal.sign_in()
    return portal


def page_of(portal):
    return text(portal.get(portal.of(portal.clinic.appointment)))


def test_what_was_paid_stands_on_the_page_of_the_appointment(paid):
    assert "Paid: £48.00 (Card)" in page_of(paid)


def test_cancelled_it_says_what_the_clinics_wording_says_and_promises_nothing_else(paid):
    cancel(paid.clinic.appointment, by=paid.clinic.client, now=NOW)
    page = page_of(paid)
    assert "Paid: £48.00 (Card)" in page and f"Our cancellation policy {WORDING}" in page
    assert not PROMISES.search(page.replace(WORDING, ""))


@pytest.mark.parametrize(("decision", "amount"), [("refunded", None), ("partly", Decimal(10)), ("not_due", None)])
def test_what_the_clinic_decides_about_it_the_clinic_says(paid, decision, amount):
    cancel(paid.clinic.appointment, by=paid.clinic.client, now=NOW)
    paid.wait(minutes=6)  # until it can't be undone any more
    before = page_of(paid)
    decide_refund(Refund.objects.get(), decision, amount=amount, note="Half.", by=None, now=NOW)
    assert page_of(paid) == before


def test_cancelled_and_unpaid_nothing_is_said_of_money(portal):
    portal.sign_in()
    cancel(portal.clinic.appointment, by=portal.clinic.client, now=NOW)
    page = page_of(portal)
    assert "Paid" not in page and not PROMISES.search(page)


@pytest.mark.parametrize("mode", ["appointment", "cancelled"])
def test_an_editors_preview_shows_nobodys_payments(clinic, mode):
    Payment.objects.create(amount=5, method="online", state="paid", paid_at=NOW)  # for what was never booked
    response = clinic.page.make_preview_request(preview_mode=mode)
    response.render()
    assert "Paid:" not in response.content.decode()
