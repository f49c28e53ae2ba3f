"""Each screen on which a booking is paid for, as ``faults_of`` judges it."""

from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core import mail

from tests.booking.conftest import Booking
from tests.booking.paying import CONFIRMED, begin, begun, latest, take_money, to_the_price
from tests.factories import make_client
from tests.journeys.faults import faults_of
from wagtail_clientportal.actions.refusals import WrongAmount
from wagtail_clientportal.actions.settle_payment import settle_payment
from wagtail_clientportal.models import Appointment, AppointmentType, BookingSettings
from wagtail_clientportal.payments.provider import Report, State, Step

PAID = Report(State.PAID, Decimal("20.00"), "GBP", "cs_test_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0", {})


def _booking(visitor) -> Booking:
    """Somebody who books where a deposit of £20 is asked for."""
    AppointmentType.objects.update(payment="deposit", deposit=20, price=48)
    BookingSettings.objects.update(confirm_contact=False)
    return Booking(visitor.clinic, visitor.clock, mail.outbox)


def _follow(booking, url):
    answer = booking.get(url)
    return answer if answer.status_code == 200 else _follow(booking, answer["Location"])


def price(visitor):
    booking = _booking(visitor)
    return booking.get(to_the_price(booking))


def form(visitor):
    booking = _booking(visitor)
    return booking.get(begun(booking))


def mistyped(visitor):
    booking = _booking(visitor)
    return booking.post(begun(booking), {})


def elsewhere(visitor):
    booking = _booking(visitor)
    url = begun(booking)
    step = Step(replace(PAID, state=State.WAITING), go_to="https://pay.example.org/checkout")
    with patch("wagtail_clientportal.booking.views.pay.next_step", return_value=step):
        page = booking.get(url)
    assert page["Refresh"] == "0; url=https://pay.example.org/checkout"
    del page["Refresh"]  # it would lead there at once
    return page


def waiting(visitor):
    booking = _booking(visitor)
    return booking.get(begun(booking) + "&back=1")


def paid(visitor):
    booking = _booking(visitor)
    return _follow(booking, booking.post(begun(booking), CONFIRMED)["Location"])


def failed(visitor):
    booking = _booking(visitor)
    return _follow(booking, booking.post(begun(booking), CONFIRMED | {"status": "rejected"})["Location"])


def abandoned(visitor):
    """Who comes back the next day to what they never paid."""
    booking = _booking(visitor)
    url = to_the_price(booking)
    begin(booking, url)
    booking.wait(hours=20)
    return booking.get(url)


def in_vain(visitor):
    booking = _booking(visitor)
    url = begun(booking)
    booking.wait(minutes=20)
    at = latest().booking_request.start
    visitor.clinic.book(client=make_client(email="tom@example.org", mobile=""), start=at)
    settle_payment(latest(), PAID)
    assert Appointment.objects.filter(start=at).count() == 1
    return booking.get(url)


def other_amount(visitor):
    booking = _booking(visitor)
    url = begun(booking)
    with pytest.raises(WrongAmount):
        settle_payment(latest(), replace(PAID, amount=Decimal("2.00")))
    return booking.get(url)


WAYS = [price, form, mistyped, elsewhere, waiting, paid, failed, abandoned, in_vain, other_amount]


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_each_screen_of_paying_passes(show, settings, way):
    take_money(settings)
    assert not faults_of(show(way))
