"""Booking what has to be paid for first: from the price to the receipt, and whatever may go wrong on the way."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client as Browser

from tests.portal.reading import soup, text, value
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.confirm_booking import confirm_booking
from wagtail_clientportal.models import (
    Appointment,
    AppointmentType,
    BookingRequest,
    BookingSettings,
    Client,
    Hold,
    OutboundMessage,
    Payment,
    PortalPolicy,
    Refund,
)

from .paying import CONFIRMED, begin, begun, latest, to_the_price, to_the_price_of

FREE = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)


def booked():
    return Appointment.objects.filter(start=FREE)


def test_a_deposit_is_paid_and_then_it_is_booked_with_a_receipt(paying):
    url = to_the_price(paying)
    page = text(paying.get(url))
    assert "You pay £20.00 now" in page and "The whole price is £48.00." in page
    assert "24 hours" in page  # the policy's wording
    step = begin(paying, url)["Location"]
    assert "We keep this time for you until 8:15am" in text(paying.get(step))
    assert not booked().exists() and Hold.objects.get().start == FREE
    back = paying.post(step, CONFIRMED)["Location"]
    done = paying.get(back)["Location"]
    page = text(paying.get(done))
    assert "Your appointment is booked" in page and "You have paid £20.00 . A receipt comes to you by email." in page
    payment, appointment = Payment.objects.get(), booked().get()
    assert (payment.state, payment.amount, payment.method) == ("paid", 20, "online")
    assert (payment.appointment, payment.client) == (appointment, appointment.client)
    assert list(appointment.events.values_list("kind", flat=True)) == ["booked", "paid"]
    assert not Hold.objects.exists() and not Refund.objects.exists()
    call_command("clientportal_send")
    [receipt] = [mail for mail in paying.mailoutbox if "Your payment to Harbour Clinic: £20.00" in mail.subject]
    assert receipt.to == ["nia@example.org"] and "we have received £20.00 (Online)" in receipt.body
    assert any("Thank you for booking" in mail.subject for mail in paying.mailoutbox)


def test_what_is_booked_for_nothing_says_nothing_of_money(booking):
    BookingSettings.objects.update(confirm_contact=False)
    page = text(booking.get(booking.ask()))
    assert "Your appointment is booked" in page and "paid" not in page and "receipt" not in page


def test_in_another_language_it_is_paid_as_well_and_the_amount_is_written_as_there(paying, settings):
    settings.LANGUAGE_CODE = "fr"
    back = paying.post(begun(paying), CONFIRMED)["Location"]
    assert "Vous avez payé 20,00 £" in text(paying.get(paying.get(back)["Location"]))


def test_a_receipt_is_announced_only_to_whom_one_is_sent(paying):
    paying.sign_in()
    Client.objects.update(email_opt_in=False)
    url = paying.details_url()
    form = {name: value(paying.get(url), name) for name in ("key", "policy_revision")}
    paid = paying.post(begin(paying, paying.post(url, form)["Location"])["Location"], CONFIRMED)["Location"]
    page = text(paying.get(paying.get(paid)["Location"]))
    assert "You have paid £20.00 ." in page and "receipt" not in page


def test_the_full_price_is_asked_for_where_the_type_says_so(paying):
    AppointmentType.objects.update(payment="full")
    page = text(paying.get(to_the_price(paying)))
    assert "You pay £48.00 now" in page and "whole price" not in page


def test_whoever_is_signed_in_pays_after_their_message(paying):
    paying.sign_in()
    url = paying.details_url()
    page = paying.get(url)
    assert soup(page).select_one("#send").get_text() == "Go on to pay"
    form = {name: value(page, name) for name in ("key", "policy_revision")} | {"message": "As before."}
    to_pay = paying.post(url, form)["Location"]
    paying.post(begin(paying, to_pay)["Location"], CONFIRMED)
    assert booked().get().client == paying.clinic.client and Payment.objects.get().client == paying.clinic.client


def test_with_a_link_only_whoever_followed_it_comes_to_pay(paying):
    BookingSettings.objects.update(confirm_contact=True)
    sent = paying.ask()
    asked = BookingRequest.objects.get()
    early = paying.get(f"pay/{asked.public_id}/")
    assert "/sent/" in early["Location"]
    phone = Browser()
    confirm = phone.get(paying.link())["Location"]
    to_pay = phone.get(confirm)["Location"]
    assert "/pay/" in to_pay and not Payment.objects.exists()
    paying.browser = phone
    paying.post(begin(paying, to_pay)["Location"], CONFIRMED)
    assert booked().exists() and "/done/" in phone.get(sent)["Location"]


def test_looking_charges_and_books_nothing(paying):
    url = to_the_price(paying)
    step = begin(paying, url)["Location"]
    for _twice in range(2):
        for one in (url, step, step + "&back=1"):
            assert paying.get(one).status_code == 200
            assert paying.browser.head(one).status_code == 200
    assert Payment.objects.get().state == "waiting" and not booked().exists()


def test_what_has_to_be_paid_for_is_booked_by_no_other_door(paying):
    to_the_price(paying)
    asked = BookingRequest.objects.get()
    with pytest.raises(refusals.PaymentNeeded):
        confirm_booking(asked)
    paying.post(f"check/{asked.public_id}/", {})
    assert not booked().exists()


def test_another_browser_comes_to_nobody_elses_payment(paying):
    step = begun(paying)
    stranger = Browser()
    assert stranger.get(step).status_code == 404 and stranger.post(step, CONFIRMED).status_code == 404
    assert Payment.objects.get().state == "waiting"


def test_a_payment_of_another_booking_isnt_reached_through_ones_own(paying):
    theirs = begun(paying).partition("payment=")[2]
    paying.browser = Browser()
    own = to_the_price_of(paying, email="ola@example.org", start="2026-11-26T15:00:00Z")
    paying.post(f"{own}?payment={theirs}", CONFIRMED)
    assert set(Payment.objects.values_list("state", flat=True)) == {"waiting"} and not booked().exists()


def test_a_price_that_changed_meanwhile_charges_nothing_and_is_shown(paying):
    url = to_the_price(paying)
    AppointmentType.objects.update(deposit=25)
    answer = begin(paying, url, amount="20.00")
    page = text(answer)
    assert "The price changed meanwhile" in page and "You pay £25.00 now" in page
    assert not Payment.objects.exists()
    assert begin(paying, url).status_code == 302 and latest().amount == 25


def test_a_price_that_changes_after_paying_began_is_the_one_that_was_agreed(paying):
    step = begun(paying)
    AppointmentType.objects.update(deposit=25)
    paying.post(step, CONFIRMED)
    assert booked().exists() and Payment.objects.get().amount == 20


def test_what_turned_free_meanwhile_asks_for_nothing(paying):
    url = to_the_price(paying)
    AppointmentType.objects.update(payment="none")
    assert "You haven’t paid anything" in text(paying.get(url))


@pytest.mark.parametrize("amount", ["", "0", "-20", "19.99", "twenty", "NaN", "sNaN", "1e400"])
def test_nobody_names_a_price_of_their_own(paying, amount):
    answer = begin(paying, amount=amount)
    assert answer.status_code == 200 and not Payment.objects.exists()


def test_a_policy_that_changed_meanwhile_is_shown_again(paying):
    answer = begin(paying, policy_revision="0")
    assert "Our policy changed" in text(answer) and not Payment.objects.exists()
    assert PortalPolicy.objects.exists()


@pytest.mark.parametrize("status", ["rejected", "error", "cancelled"])
def test_a_payment_that_fails_frees_the_place_and_can_be_tried_again(paying, status):
    step = begun(paying)
    back = paying.post(step, CONFIRMED | {"status": status})["Location"]
    page = text(paying.get(back))
    assert "Your payment didn’t go through" in page and "Nothing was taken" in page
    assert Payment.objects.get().state == "failed" and not Hold.objects.exists() and not booked().exists()
    again = begin(paying, back.partition("?")[0])["Location"]
    paying.post(again, CONFIRMED)
    assert booked().count() == 1 and Payment.objects.count() == 2


@pytest.mark.parametrize("gateway", ["failure", "payment-error"])
def test_a_provider_that_cant_be_reached_books_nothing(paying, gateway):
    answer = paying.post(begun(paying), CONFIRMED | {"gateway_response": gateway})
    assert "We can’t reach our payment provider" in text(answer)
    assert Payment.objects.get().state == "waiting" and not booked().exists()


def test_half_a_form_of_the_provider_is_said_beside_its_fields(paying):
    answer = paying.post(begun(paying), {})
    assert answer.status_code == 200 and soup(answer).select_one(".cp-error")
    assert soup(answer).select_one("[role=alert] a").get_text() == "Status: This field is required."
    assert Payment.objects.get().state == "waiting"


def test_an_abandoned_payment_frees_the_place_by_the_clock(paying):
    step = begun(paying)
    paying.wait(minutes=16)
    somebody = paying.clinic.book(start=FREE)
    assert somebody.holds_place and "until" not in text(paying.get(step)).partition("Thursday")[0]


def test_a_second_press_is_a_second_payment_and_beyond_five_there_is_none(paying):
    url = to_the_price(paying)
    for _press in range(5):
        assert begin(paying, url).status_code == 302
    assert begin(paying, url).status_code == 429
    assert Hold.objects.count() == 1


def test_nobody_is_asked_to_pay_for_a_time_that_has_gone(paying):
    url = to_the_price(paying)
    page = paying.get(url)
    paying.clinic.book(start=FREE)
    answer = paying.post(url, {name: value(page, name) for name in ("amount", "policy_revision")})
    assert "That time has just gone" in text(answer) and not Payment.objects.exists()
    assert Client.objects.count() == 1 and not OutboundMessage.objects.exists()  # the trial left nothing


def test_what_was_begun_and_never_paid_goes_after_a_month(paying):
    begun(paying)
    paying.wait(days=31)
    call_command("clientportal_purge")
    assert not Payment.objects.exists() and not BookingRequest.objects.exists()
