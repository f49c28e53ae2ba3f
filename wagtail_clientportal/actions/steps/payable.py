"""What is to be paid before a client’s own booking is an appointment?"""

from decimal import Decimal

from ...payments.provider import provider
from ...practice.models import AppointmentType


def amount_to_pay(appointment_type: AppointmentType) -> Decimal | None:
    """Return what *appointment_type* costs in the site's currency before it is booked; ``None`` for nothing.

    A site without a payment provider can ask for nothing: ``manage.py check`` says so.
    """
    return appointment_type.to_pay if provider() else None
