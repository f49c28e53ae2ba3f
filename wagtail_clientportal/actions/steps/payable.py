"""What is to be paid before an online booking is an appointment?"""

from decimal import Decimal

from ...diary.models import BookingRequest
from ...payments.provider import provider


def amount_to_pay(asked: BookingRequest) -> Decimal | None:
    """Return what *asked* costs in the site's currency before it is booked; ``None`` for nothing.

    A site without a payment provider can ask for nothing: ``manage.py check`` says so.
    """
    return asked.appointment_type.to_pay if provider() else None
