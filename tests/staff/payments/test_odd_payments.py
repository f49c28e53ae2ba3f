"""Money that booked nothing, as staff see it: paid in vain, or another amount than was asked for."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.factories import NOW
from tests.portal.reading import text
from wagtail_clientportal.actions.refusals import WrongAmount
from wagtail_clientportal.actions.settle_payment import settle_payment
from wagtail_clientportal.models import BookingRequest, Clinician, Notification, Payment
from wagtail_clientportal.payments.provider import Report, State
from wagtail_clientportal.staff.common.urls import inspect_url, register_url

LIST = "clientportal_notification:index"


@pytest.fixture
def payment(clinic):
    """Nia began to pay £20 for Thursday at two, where online booking is closed by now."""
    asked = BookingRequest.objects.create(
        site=clinic.site,
        appointment_type=clinic.appointment_type,
        location=clinic.location,
        clinician=clinic.clinician,
        start=datetime(2026, 11, 26, 14, tzinfo=UTC),
        first_name="Nia",
        last_name="Nettle",
        email="nia@example.org",
        created_at=NOW,
    )
    return Payment.objects.create(booking_request=asked, amount=20, method="online", created_at=NOW)


def came_in(payment, amount="20.00"):
    settle_payment(payment, Report(State.PAID, Decimal(amount), "GBP", "R-1", {}), now=NOW)


@pytest.fixture
def sam(staff_with, clinic):
    """A clinician of their own diary alone, whose browser it is."""
    browser = staff_with("view_payment", "view_refund", own_diary=True)
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=get_user_model().objects.get(username="sam"))
    return browser


def opened(browser):
    return browser.post(reverse("clientportal_notification:open", args=[Notification.objects.get().pk]), follow=True)


def test_whose_booking_it_was_to_be_reads_what_was_asked_for_and_comes_to_the_refund(sam, payment):
    came_in(payment)
    page = text(sam.get(reverse(LIST)))
    assert "A refund has to be decided" in page
    assert "Thu 26 Nov 2026, 14:00 · Ada Osei" in page and "£20.00" in page
    page = text(opened(sam))
    assert "It was paid for, and could not be booked any more" in page and "Nia Nettle" in page


def test_another_amount_is_said_with_what_was_asked_for_and_leads_to_the_payment(sam, payment):
    with pytest.raises(WrongAmount):
        came_in(payment, "2.00")
    page = text(sam.get(reverse(LIST)))
    assert "Another amount was paid than was asked for" in page
    assert "Thu 26 Nov 2026, 14:00 · Ada Osei" in page
    assert "To be paid: £20.00. The payment provider reports: £2.00." in page
    assert "Reported by the payment provider £2.00" in text(opened(sam))


def test_another_amount_is_seen_among_the_payments_with_what_to_do_about_it(boss, payment):
    with pytest.raises(WrongAmount):
        came_in(payment, "2.00")
    assert "Another amount came in" in text(boss.get(register_url(Payment)))
    page = text(boss.get(inspect_url(Payment, payment.pk)))
    assert "£2.00 That isn’t what was to be paid, so nothing was booked by it" in page
    assert "book the appointment and record the payment on it" in page and "Nia Nettle" in page


def test_who_may_see_no_payments_comes_to_nothing_by_it(staff_with, clinic, payment):
    browser = staff_with("view_appointment", own_diary=True)
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=get_user_model().objects.get(username="sam"))
    came_in(payment)
    assert "You can’t open any more what this was about." in text(opened(browser))
