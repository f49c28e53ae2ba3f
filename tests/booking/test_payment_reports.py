"""What the payment provider reports, twice, late, out of order or wrong: what becomes of it, and who is told."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from tests.factories import make_clinician
from tests.portal.reading import text
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.settle_payment import settle_payment
from wagtail_clientportal.models import (
    Appointment,
    AppointmentType,
    BookingRequest,
    BookingSettings,
    Hold,
    Notification,
    NotificationPreferences,
    OutboundMessage,
    Payment,
    PortalPolicy,
    Refund,
)
from wagtail_clientportal.payments.provider import Report, State

from .paying import begin, begun, latest, to_the_price

FREE = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
PAID = Report(State.PAID, Decimal("20.00"), "GBP", "R-1", {})


def booked():
    return Appointment.objects.filter(start=FREE)


def report(payment=None, **values):
    return settle_payment(payment or latest(), Report(**PAID.__dict__ | values))


def test_a_report_that_comes_twice_books_and_pays_once(paying):
    begun(paying)
    report(), report()
    assert booked().count() == 1 and Payment.objects.get().state == "paid" and not Refund.objects.exists()
    assert OutboundMessage.objects.filter(about="paid").count() == 1


@pytest.mark.parametrize("state", [State.FAILED, State.WAITING])
def test_what_is_paid_stays_so_whatever_comes_afterwards(paying, state):
    begun(paying)
    report()
    assert report(state=state).state == "paid" and booked().exists()


def test_success_after_a_failure_counts(paying):
    begun(paying)
    assert report(state=State.FAILED).state == "failed"
    assert report().state == "paid" and booked().exists()


def test_success_after_the_hold_lapsed_books_if_the_place_is_still_free(paying):
    begun(paying)
    paying.wait(hours=7)  # the request lapsed, too
    call_command("clientportal_purge")
    report()
    assert booked().exists() and not Refund.objects.exists()


@pytest.fixture
def ada(paying, django_user_model):
    """The account of the clinician whose booking it is to be."""
    user = django_user_model.objects.create_user("ada", "ada@harbour.example", first_name="Ada")
    paying.clinic.clinician.user = user
    paying.clinic.clinician.save()
    return user


def paid_in_vain(paying):
    begun(paying)
    paying.wait(minutes=20)
    paying.clinic.book(start=FREE)
    return report()


def told(kind):
    """Who hears of it: in the bell, and by email."""
    emails = OutboundMessage.objects.filter(about="staff", subject__in=SUBJECTS[kind])
    return (
        sorted(Notification.objects.filter(kind=kind).values_list("recipient__username", flat=True)),
        sorted(emails.values_list("recipient", flat=True)),
    )


SUBJECTS = {
    "refund_to_decide": ["A refund has to be decided"],
    "payment_differs": ["Another amount was paid than was asked for"],
}


def test_whose_booking_it_was_to_be_is_told_that_it_was_paid_in_vain(paying, ada):
    paid_in_vain(paying)
    assert told("refund_to_decide") == (["ada"], ["ada@harbour.example"])
    email = OutboundMessage.objects.get(about="staff", subject="A refund has to be decided").body
    assert "What was asked for: Thursday 26 November 2026 at 2pm · Ada Osei · Harbour Rooms" in email
    assert "Nettle" not in email


def test_of_what_was_paid_in_vain_everybody_hears_as_they_chose(paying, ada, django_user_model):
    desk = django_user_model.objects.create_superuser("desk", "desk@harbour.example")
    NotificationPreferences.objects.create(user=desk, whose="everybody")
    muted = NotificationPreferences.objects.create(user=ada, muted_by_email=["refund_to_decide"])
    paid_in_vain(paying)
    assert told("refund_to_decide") == (["ada", "desk"], ["desk@harbour.example"])
    assert muted.is_near(FREE, paying.now)


def test_nobody_hears_of_what_is_farther_away_than_they_chose(paying, ada, django_user_model):
    desk = django_user_model.objects.create_superuser("desk", "desk@harbour.example")
    NotificationPreferences.objects.create(user=desk, whose="everybody")
    NotificationPreferences.objects.create(user=ada, within_days=1)
    paid_in_vain(paying)
    assert told("refund_to_decide")[0] == ["desk"]


def test_a_clinician_without_an_account_is_told_by_the_clinics_address(paying):
    paid_in_vain(paying)
    assert told("refund_to_decide")[1] == ["staff@harbour.example"]


def test_success_when_the_place_has_gone_is_decided_about_and_both_sides_are_told(paying, django_user_model):
    django_user_model.objects.create_superuser("boss")
    step = begun(paying)
    paying.wait(minutes=20)
    paying.clinic.book(start=FREE)
    payment = report(reference="R-99")
    assert (payment.state, payment.appointment, booked().count()) == ("paid", None, 1)
    refund = Refund.objects.get()
    assert (refund.why, refund.decision) == ("no_place", "to_decide")
    assert Notification.objects.filter(kind="refund_to_decide").exists()
    page = text(paying.get(step))
    assert "Your payment came in, but nothing is booked" in page and "R-99" in page
    call_command("clientportal_send")
    [told] = [mail for mail in paying.mailoutbox if "booked no appointment" in mail.subject]
    assert told.to == ["nia@example.org"] and "We have received £20.00" in told.body and "R-99" in told.body
    assert report().state == "paid" and Refund.objects.count() == 1
    paying.wait(days=2)
    call_command("clientportal_purge")
    assert BookingRequest.objects.exists()  # who it was is known until it is decided
    Refund.objects.update(decision="refunded")
    call_command("clientportal_purge")
    assert not BookingRequest.objects.exists() and Payment.objects.get().state == "paid"


def test_the_same_paid_twice_is_booked_once_and_the_second_is_decided_about(paying):
    url = to_the_price(paying)
    begin(paying, url), begin(paying, url)
    first, second = Payment.objects.order_by("pk")
    report(second), report(first)
    assert booked().count() == 1
    refund = Refund.objects.get()
    assert (refund.payment, refund.why) == (first, "twice")
    assert refund.payment.appointment == booked().get()


def test_a_late_failure_of_the_first_frees_nothing_of_the_second(paying):
    url = to_the_price(paying)
    begin(paying, url), begin(paying, url)
    first, _second = Payment.objects.order_by("pk")
    report(first, state=State.FAILED)
    assert Hold.objects.exists()


def test_success_after_the_time_is_past_books_nothing(paying):
    begun(paying)
    paying.wait(days=4)
    report()
    assert not booked().exists() and Refund.objects.get().why == "no_place"


def test_success_when_the_request_was_deleted_is_decided_about(paying):
    begun(paying)
    BookingRequest.objects.all().delete()
    report()
    assert Refund.objects.get().why == "no_place" and Payment.objects.get().client is None


@pytest.mark.parametrize("values", [{"amount": Decimal("2.00")}, {"amount": Decimal("200")}, {"currency": "EUR"}])
def test_another_amount_or_currency_is_refused_and_books_nothing(paying, values):
    begun(paying)
    with pytest.raises(refusals.WrongAmount):
        report(**values)
    payment = Payment.objects.get()
    assert payment.state == "waiting" and not booked().exists() and not Refund.objects.exists()
    assert (payment.reported_amount, payment.reported_currency) == (
        values.get("amount", 20),
        values.get("currency", "GBP"),
    )


def otherwise(payment=None, **values):
    """Another amount is reported."""
    with pytest.raises(refusals.WrongAmount):
        report(payment, **{"amount": Decimal("2.00")} | values)


def test_staff_are_told_once_what_was_to_be_paid_and_what_came(paying, ada):
    begun(paying)
    otherwise(), otherwise()
    paying.wait(days=2)
    otherwise()
    assert told("payment_differs") == (["ada"], ["ada@harbour.example"])
    email = OutboundMessage.objects.get(about="staff", subject="Another amount was paid than was asked for").body
    for said in (
        "To be paid: £20.00.",
        "Our payment provider reports: £2.00.",
        "What was asked for: Thursday 26 November 2026 at 2pm · Ada Osei · Harbour Rooms",
        "Nothing was booked by it, and the client is asked not to pay again.",
        "Its reference there: R-1",
    ):
        assert said in email
    assert "Nettle" not in email
    otherwise(amount=Decimal("3.00"))
    assert len(told("payment_differs")[0]) == 2  # another one is told again


def test_whoever_paid_another_amount_is_told_so_and_asked_for_nothing_more(paying):
    url = to_the_price(paying)
    step = begin(paying, url)["Location"]
    otherwise(currency="EUR", amount=Decimal("20.00"))
    for page in (text(paying.get(url)), text(paying.get(step)), text(paying.post(url, {"amount": "20.00"}))):
        assert "€20.00 was paid. We had asked for £20.00, so this payment booked nothing." in page
        assert "You don’t need to pay again." in page and "Your reference: R-1" in page
    assert Payment.objects.count() == 1


def test_the_right_amount_after_another_one_counts(paying):
    begun(paying)
    otherwise()
    payment = report()
    assert payment.state == "paid" and payment.reported_in_words == "" and booked().count() == 1


def test_another_amount_for_what_is_paid_changes_nothing_and_staff_hear_of_the_appointment(paying, ada):
    begun(paying)
    report()
    otherwise(amount=Decimal("40.00"), reference="R-2")
    assert Payment.objects.get().reference == "R-1" and booked().count() == 1 and not Refund.objects.exists()
    notification = Notification.objects.get(kind="payment_differs")
    assert (notification.recipient, notification.appointment) == (ada, booked().get())
    email = OutboundMessage.objects.get(about="staff", subject="Another amount was paid than was asked for").body
    assert "It had been paid before, so this report changed nothing." in email


def test_another_amount_for_what_was_booked_by_a_second_payment_names_the_appointment(paying, ada):
    url = to_the_price(paying)
    begin(paying, url), begin(paying, url)
    first, second = Payment.objects.order_by("pk")
    report(second)
    otherwise(first)
    assert Notification.objects.get(kind="payment_differs").appointment == booked().get()


def test_another_amount_is_kept_and_who_paid_it_for_a_month(paying):
    begun(paying)
    otherwise()
    paying.wait(days=29)
    call_command("clientportal_purge")
    assert BookingRequest.objects.exists()
    paying.wait(days=2)
    call_command("clientportal_purge")
    assert not BookingRequest.objects.exists() and Payment.objects.get().reported_amount == 2


def test_another_amount_for_what_nobody_knows_any_more_is_told_all_the_same(paying, django_user_model):
    django_user_model.objects.create_superuser("desk")
    begun(paying)
    BookingRequest.objects.all().delete()
    otherwise()
    assert told("payment_differs")[0] == ["desk"]


def test_paid_on_a_policy_that_changed_meanwhile_it_is_booked_all_the_same(paying):
    begun(paying)
    policy = PortalPolicy.objects.get()
    policy.name = "Stricter"
    policy.save_revision().publish()
    report()
    assert booked().exists()


def test_for_anyone_the_next_who_is_free_gets_what_was_paid_for(paying):
    make_clinician(name="Ben", locations=[paying.clinic.location], appointment_types=[paying.clinic.appointment_type])
    begun(paying)
    held_with = Hold.objects.get().clinician
    paying.wait(minutes=20)
    paying.clinic.book(start=FREE, clinician=held_with)
    report()
    assert booked().exclude(clinician=held_with).exists() and not Refund.objects.exists()


# -- The address to which it reports


def test_the_provider_reports_to_the_address_of_the_payment(paying):
    begun(paying)
    url = f"/p/payment/{latest().public_id}/"
    outside = Browser(enforce_csrf_checks=True)
    answer = outside.post(f"{url}?verification_result=confirmed")
    assert answer.status_code == 302 and "/pay/" in answer["Location"]
    assert booked().exists()


def test_a_report_about_nothing_that_we_know_is_not_found(paying):
    unknown = "/p/payment/3f2504e0-4f89-41d3-9a0c-0305e82c3301/"
    assert paying.browser.post(unknown).status_code == 404
    assert paying.browser.get("/p/payment/").status_code == 404


def test_a_report_that_nobody_can_read_is_refused(paying):
    assert paying.browser.post("/p/payment/", {"x": "y"}).status_code == 400


def test_cash_isnt_paid_by_a_report(paying):
    cash = Payment.objects.create(appointment=paying.clinic.appointment, amount=5, method="cash")
    assert paying.browser.post(f"/p/payment/{cash.public_id}/?verification_result=confirmed").status_code == 404


def test_without_a_provider_nothing_is_asked_for_and_nothing_is_heard(booking):
    AppointmentType.objects.update(payment="deposit", deposit=20)
    BookingSettings.objects.update(confirm_contact=False)
    assert "/done/" in booking.ask() and booked().exists()
    assert booking.browser.post("/p/payment/").status_code == 404
