"""Payments and refunds as staff see them."""

from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.factories import NOW, make_client, make_clinician
from tests.portal.reading import soup, text
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.record_payment import record_payment
from wagtail_clientportal.models import AppointmentType, Clinician, Payment, Refund
from wagtail_clientportal.staff.common.urls import arranging_url, inspect_url, register_url
from wagtail_clientportal.staff.payments.refunds import refunds_to_decide


@pytest.fixture
def cancelled(clinic):
    """A refund to decide, of £48, cancelled by the client two days and two hours before."""
    record_payment(clinic.appointment, Decimal(48), method="card", reference="R-17", by=None, now=NOW)
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    return Refund.objects.get()


def take(browser, appointment, **values):
    url = arranging_url("take_payment", appointment.pk)
    version = soup(browser.get(url)).select_one("[name=seen_version]")["value"]
    return browser.post(url, {"seen_version": version, "amount": "20.50", "method": "cash"} | values, follow=True)


def decide(browser, refund, **values):
    return browser.post(inspect_url(Refund, refund.pk), {"seen": "to_decide"} | values, follow=True)


def test_what_was_taken_is_recorded_and_shown_on_the_appointment(boss, clinic):
    page = text(take(boss, clinic.appointment, reference="A-1"))
    assert "£20.50 by Margaret Hale is recorded." in page
    assert "Cash, A-1" in page and "£20.50 (Cash)" in page  # among the payments, and in the history
    assert Payment.objects.get().recorded_by.username == "boss"


def test_the_price_is_filled_in_until_something_was_paid(boss, clinic):
    AppointmentType.objects.update(price=48)
    url = arranging_url("take_payment", clinic.appointment.pk)
    assert soup(boss.get(url)).select_one("[name=amount]")["value"] == "48.00"
    take(boss, clinic.appointment)
    assert not soup(boss.get(url)).select_one("[name=amount]").get("value")


@pytest.mark.parametrize("amount", ["", "0", "-3", "1.005", "twelve", "99999999"])
def test_what_is_no_amount_is_said_beside_the_field(boss, clinic, amount):
    answer = take(boss, clinic.appointment, amount=amount)
    assert answer.status_code == 200 and soup(answer).select_one(".w-field__errors").get_text(strip=True)
    assert "The payment could not be saved due to errors." in text(answer)
    assert not Payment.objects.exists()


def test_a_method_that_isnt_taken_by_hand_is_refused(boss, clinic):
    assert "valid choice" in text(take(boss, clinic.appointment, method="online"))
    assert not Payment.objects.exists()


def test_whoever_may_not_record_payments_isnt_offered_to(staff_with, clinic):
    browser = staff_with("view_appointment", "change_appointment")
    assert "Record a payment" not in text(browser.get(inspect_url(type(clinic.appointment), clinic.appointment.pk)))
    assert browser.get(arranging_url("take_payment", clinic.appointment.pk)).status_code == 302
    assert browser.post(arranging_url("take_payment", clinic.appointment.pk), {}).status_code == 302


def test_a_refund_is_shown_with_all_that_it_takes_to_decide(boss, cancelled):
    page = text(boss.get(inspect_url(Refund, cancelled.pk)))
    for said in ("Margaret Hale", "£48.00", "Card", "R-17", "Cancelled by Client", "Notice given 50 hours"):
        assert said in page
    assert "The wording in force at the time" in page and "24 hours" in page


def test_it_is_decided_in_part_with_a_note(boss, cancelled):
    page = text(decide(boss, cancelled, decision="partly", amount="10", note="Short <b>notice</b>."))
    assert "The decision is written down." in page
    assert "Refunded in part: £10.00" in page and "Short <b>notice</b>." in page
    appointment = cancelled.payment.appointment
    assert "£48.00 (Card) → Refunded in part: £10.00" in text(boss.get(inspect_url(type(appointment), appointment.pk)))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Choose what was decided."),
        ({"decision": "to_decide"}, "valid choice"),
        ({"decision": "partly"}, "A part is more than nothing and less than £48.00"),
        ({"decision": "partly", "amount": "48"}, "A part is more than nothing and less than £48.00"),
        ({"decision": "partly", "amount": "ten"}, "Enter a number."),
        ({"decision": "not_due", "note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_half_a_decision_is_refused_beside_its_field(boss, cancelled, values, said):
    page = text(decide(boss, cancelled, **values))
    assert said in page and "The refund could not be saved due to errors." in page
    assert Refund.objects.get().decision == "to_decide"


def test_a_double_click_and_a_colleague_meanwhile_change_nothing(boss, cancelled):
    decide(boss, cancelled, decision="refunded")
    page = text(decide(boss, cancelled, decision="not_due"))
    assert "This was decided in the meantime" in page and "Nothing was changed here" in page
    assert Refund.objects.get().decision == "refunded"


def test_a_decision_can_be_corrected(boss, cancelled):
    decide(boss, cancelled, decision="refunded")
    decide(boss, cancelled, decision="not_due", seen="refunded")
    assert Refund.objects.get().decision == "not_due"


def test_who_may_only_look_decides_nothing(staff_with, cancelled):
    browser = staff_with("view_refund")
    assert "Write down the decision" not in text(browser.get(inspect_url(Refund, cancelled.pk)))
    assert decide(browser, cancelled, decision="refunded").redirect_chain[0][0] == reverse("wagtailadmin_home")
    assert Refund.objects.get().decision == "to_decide"


def test_what_waits_comes_first_and_is_counted_in_the_menu(boss, clinic, cancelled):
    second = clinic.book(client=make_client(first_name="Nia", email="n@example.org", mobile=""))
    record_payment(second, Decimal(5), method="cash", by=None, now=NOW)
    cancel(second, by=None, now=NOW)
    decide(boss, cancelled, decision="refunded")
    page = text(boss.get(register_url(Refund)))
    assert page.index("Nia Hale") < page.index("Margaret Hale")
    assert "£48.00 · Mon 23 Nov 2026" in page and "Notice given: 50 hours" in page
    assert refunds_to_decide(get_user_model().objects.get(username="boss")) == 1
    assert "Refunds (1)" in boss.get(reverse("wagtailadmin_home")).content.decode()
    assert "Nia Hale" not in text(boss.get(register_url(Refund, q="Margaret")))


def test_a_clinician_sees_the_money_of_their_own_diary_alone(staff_with, clinic, cancelled):
    browser = staff_with("view_payment", "view_refund", own_diary=True)
    sam = get_user_model().objects.get(username="sam")
    make_clinician(name="Ben", user=sam)
    assert "Margaret" not in text(browser.get(register_url(Refund))) + text(browser.get(register_url(Payment)))
    assert browser.get(inspect_url(Refund, cancelled.pk)).status_code == 404
    Clinician.objects.filter(user=sam).update(user=None)
    Clinician.objects.filter(pk=clinic.clinician.pk).update(user=sam)
    assert "Margaret" in text(browser.get(register_url(Refund))) and refunds_to_decide(sam) == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"payment": "full"}, "To ask for the full price, fill in the price."),
        ({"payment": "deposit", "price": "20"}, "To ask for a deposit, fill in how much."),
        ({"payment": "deposit", "price": "20", "deposit": "30"}, "The deposit can’t be more than the price."),
        ({"price": "-1"}, "A price can’t be less than nothing."),
    ],
)
def test_a_type_that_asks_for_money_says_how_much(boss, values, said):
    form = {"name": "Massage", "duration_minutes": "30", "buffer_minutes": "0", "payment": "none"} | values
    answer = boss.post(reverse("clientportal_appointmenttype:add"), form)
    assert said in text(answer)
