"""What is still to be paid of some appointments, by their price and by what came in."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Sum

from ...conf import settings
from ...diary.models import Appointment, Payment
from ...practice.money import money_in_words


def still_to_pay(appointments: Iterable[Appointment]) -> dict[int, str]:
    """Return the amount in words by the appointment's pk, for those that stand and aren't paid in full.

    A clinic that never records a payment here takes its money elsewhere, and is told of none.

    :param appointments: with their types fetched along.
    """
    prices = {one.pk: one.appointment_type.price for one in appointments if one.holds_place}
    prices = {pk: price for pk, price in prices.items() if price}
    if not prices or not Payment.objects.filter(state=Payment.State.PAID).exists():
        return {}
    came_in = Payment.objects.filter(appointment__in=prices, state=Payment.State.PAID, currency=settings.CURRENCY)
    paid = dict(came_in.order_by().values_list("appointment").annotate(Sum("amount")))
    left = {pk: price - paid.get(pk, Decimal()) for pk, price in prices.items()}
    return {pk: money_in_words(amount, settings.CURRENCY) for pk, amount in left.items() if amount > 0}
