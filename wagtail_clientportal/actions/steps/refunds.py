"""What becomes of the money that was paid for an appointment, when that loses its place or gets it back.

Nothing is given back by itself: what is paid for an appointment that doesn't stand waits for somebody's decision.
"""

from datetime import datetime

from django.conf import settings as django_settings
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from ...diary.models import Appointment, AppointmentEvent, Payment, Refund
from ...notifications.queue import tell_of_refund
from ...policies.models import PortalSettings


def ask_to_decide(appointment: Appointment, *, event: AppointmentEvent | None, now: datetime) -> None:
    """Have somebody decide about each payment for *appointment*, which holds no place, and tell staff of it.

    What was given back already, or waits to be decided, isn't asked about again. Within the diary lock.

    :param event: the cancellation; ``None`` where the payment came after it.
    """
    decided = Refund.objects.filter(payment=OuterRef("pk")).exclude(decision=Refund.Decision.NOT_DUE)
    paid = Payment.objects.filter(~Exists(decided), appointment=appointment, state=Payment.State.PAID)
    for payment in paid.select_related("appointment__location__site", "client").order_by("pk"):
        ask_about(payment, appointment.location.portal_site, why=Refund.Why.CANCELLED, event=event, now=now)


def ask_about(
    payment: Payment, site: Site | None, *, why: Refund.Why, event: AppointmentEvent | None = None, now: datetime
) -> Refund:
    """Have somebody decide about one *payment*, and tell the staff of *site* of it."""
    refund = Refund.objects.create(payment=payment, why=why, event=event, created_at=now)
    tell_of_refund(refund, portal_settings=PortalSettings.for_site(site), now=now)
    return refund


def nothing_to_decide(appointment: Appointment, now: datetime) -> None:
    """Let nobody decide any more about what was paid for *appointment*: it stands again. Within the diary lock."""
    waiting = Refund.objects.filter(
        payment__appointment=appointment, why=Refund.Why.CANCELLED, decision=Refund.Decision.TO_DECIDE
    )
    with translation.override(django_settings.LANGUAGE_CODE):
        note = _("The appointment stands again.")
    waiting.update(decision=Refund.Decision.NOT_DUE, decided_at=now, note=note)
