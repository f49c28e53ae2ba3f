"""What was paid for an appointment, as its client sees it."""

from ..diary.models import Appointment, Payment


def paid_for(appointment: Appointment) -> list[Payment]:
    """Return the payments that came in for *appointment*, the first one first; none for an example, which is never
    saved."""
    if not appointment.pk:
        return []
    return list(appointment.payments.filter(state=Payment.State.PAID).order_by("pk"))
