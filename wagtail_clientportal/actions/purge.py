"""Delete what has done its work: ended links and sessions, counts of attempts, requests for links that found nobody,
bookings that nobody confirmed;
and what was sent and told, where the clinic says for how long it is kept.

Appointments, their history, messages and clients are the clinic's records and are not touched.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..access.models import MagicLink, PortalSession, Throttle
from ..conf import settings
from ..diary.models import BookingRequest, Hold, Payment, Refund
from ..notifications.models import Notification
from ..outbox.models import OutboundMessage

_A_DAY = timedelta(days=1)
_BATCH = 500  # rows read and deleted at a time


@dataclass
class Purged:
    """How many rows of each kind were deleted."""

    links: int
    sessions: int
    attempts: int
    requests: int
    bookings: int
    communications: int
    notifications: int


def purge(now: datetime | None = None) -> Purged:
    """Delete what is past its term (the ``PURGE_…`` settings) and return the counts.

    :param now: aware datetime; by default the clock.
    """
    now = now or timezone.now()
    Hold.objects.filter(expires_at__lte=now).delete()  # by the clock they have lapsed before
    attempts_before = now - settings.PURGE_ATTEMPTS_AFTER
    sign_in_links = MagicLink.objects.filter(
        kind=MagicLink.Kind.SIGN_IN, expires_at__lt=now - settings.PURGE_SIGN_IN_LINKS_AFTER
    )
    appointment_links = MagicLink.objects.filter(
        kind=MagicLink.Kind.APPOINTMENT, appointment__end__lt=now - settings.PURGE_APPOINTMENT_LINKS_AFTER
    )
    # A request keeps what a stranger typed; once it is sent or dropped nothing needs it.
    requests = _over(OutboundMessage.objects.filter(about=OutboundMessage.About.SIGN_IN)).filter(
        created_at__lt=attempts_before
    )
    return Purged(
        links=_delete(sign_in_links) + _delete(appointment_links),
        sessions=_delete(PortalSession.objects.filter(last_seen_at__lt=attempts_before)),
        attempts=_delete(Throttle.objects.filter(since__lt=attempts_before)) + _delete(_unpaid(attempts_before)),
        requests=_delete(requests),
        bookings=_delete(_booking_requests(now)),
        communications=_delete(_communications(now)),
        notifications=_delete(_notifications(now)),
    )


def _booking_requests(now: datetime) -> QuerySet[BookingRequest]:
    """Those that lapsed, and those of which the appointment says it all by now; their links and messages go along."""
    lapsed = Q(state=BookingRequest.State.OPEN, created_at__lte=now - settings.BOOKING_REQUEST_LIFETIME)
    # Whose money may still come in, or is to be looked at or decided about, has to be known until then.
    paying = Payment.objects.filter(
        Q(state=Payment.State.WAITING, created_at__gt=now - _A_DAY)
        | Q(reported_amount__isnull=False, created_at__gt=now - settings.PURGE_ATTEMPTS_AFTER),
        booking_request=OuterRef("pk"),
    )
    to_decide = Refund.objects.filter(payment__booking_request=OuterRef("pk"), decision=Refund.Decision.TO_DECIDE)
    lapsed &= ~Q(Exists(paying)) & ~Q(Exists(to_decide))
    booked = Q(state=BookingRequest.State.BOOKED, created_at__lt=now - settings.PURGE_BOOKED_REQUESTS_AFTER)
    return BookingRequest.objects.filter(lapsed | booked)


def _unpaid(before: datetime) -> QuerySet[Payment]:
    """Payments that were begun and came to nothing."""
    nothing_came = Payment.objects.filter(appointment=None, reported_amount=None, created_at__lt=before)
    return nothing_came.exclude(state=Payment.State.PAID)


def _communications(now: datetime) -> QuerySet[OutboundMessage]:
    """What was sent, or wasn't, of which the clinic has said that it goes by now.

    As long as an appointment is still to come, its rows say what it needn't be reminded of any more.
    """
    if settings.PURGE_COMMUNICATIONS_AFTER is None:
        return OutboundMessage.objects.none()
    before = now - settings.PURGE_COMMUNICATIONS_AFTER
    about_none_or_past = Q(appointment=None) | Q(appointment__end__lt=before)
    others = OutboundMessage.objects.exclude(about=OutboundMessage.About.SIGN_IN)
    return _over(others).filter(about_none_or_past, created_at__lt=before)


def _notifications(now: datetime) -> QuerySet[Notification]:
    """What staff have read, or done: what waits for them stays however old it is."""
    if settings.PURGE_NOTIFICATIONS_AFTER is None:
        return Notification.objects.none()
    return Notification.objects.filter(read_at__lt=now - settings.PURGE_NOTIFICATIONS_AFTER)


def _over(messages: QuerySet[OutboundMessage]) -> QuerySet[OutboundMessage]:
    return messages.exclude(status=OutboundMessage.Status.WAITING)


def _delete(rows: QuerySet) -> int:
    """Delete *rows*, so many at a time: those of many years would fill the memory. Return how many there were."""
    deleted, rest = 0, rows.order_by("pk")
    while pks := list(rest.values_list("pk", flat=True)[:_BATCH]):
        # Asked once more: a session may have been used meanwhile.
        _all, by_model = rows.filter(pk__in=pks).delete()
        deleted += by_model.get(rows.model._meta.label, 0)
        rest = rows.filter(pk__gt=pks[-1]).order_by("pk")
    return deleted
