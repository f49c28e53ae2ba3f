"""What a payment provider is told of a booking, and where it and the client go from there."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ..actions.steps.payable import amount_to_pay
from ..diary.models import BookingRequest, Payment
from ..payments.provider import Charge, Step, provider

_BACK = "back_url"  # among what is noted of a payment: where its client comes back to
_OF_THE_PROVIDER = "provider"


def pays_first(asked: BookingRequest) -> bool:
    """Whether *asked* is booked by paying for it."""
    return bool(amount_to_pay(asked.appointment_type))


def note_where_back(payment: Payment, back_url: str) -> None:
    """:param back_url: absolute."""
    payment.provider_data = {_BACK: back_url}
    payment.save(update_fields=["provider_data"])


def where_back(payment: Payment) -> str:
    return payment.provider_data.get(_BACK, "/")


def charge_of(payment: Payment) -> Charge:
    """Say what is to be paid, as the provider has to know it. It is told no name, nor what the appointment is for."""
    asked = payment.booking_request
    site = asked.site if asked else None
    report_path = reverse("wagtail_clientportal:payment_report", args=[payment.public_id])
    return Charge(
        name=str(payment.public_id),
        amount=payment.amount,
        currency=payment.currency,
        description=_("Appointment"),
        email=(asked.client.email if asked.client else asked.email) if asked else "",
        report_url=(site.root_url if site else "") + report_path,
        back_url=where_back(payment),
        reference=payment.reference,
        data=payment.provider_data.get(_OF_THE_PROVIDER, {}),
    )


def next_step(payment: Payment, answers=None) -> Step:
    """
    :param answers: what was sent with the provider's own form; ``None`` without one.
    :raises ProviderFailed:
    """
    return provider().next_step(charge_of(payment), answers)
