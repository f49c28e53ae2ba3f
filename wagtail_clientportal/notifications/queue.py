"""Who on the staff is told, in the same transaction as what they are told of."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model

from ..access import throttle
from ..diary.models import Appointment, AppointmentEvent
from ..outbox.enqueue import send_after_commit
from ..outbox.models import OutboundMessage
from ..outbox.outbound_message import Channel
from ..policies.models import PortalSettings
from ..practice.models import Client
from .notification import Notification
from .wording import StaffEmail, ambiguity_email, burst_email, event_email, failure_email, in_staff_language

_KINDS = {
    AppointmentEvent.Kind.BOOKED: Notification.Kind.BOOKED,
    AppointmentEvent.Kind.CHANGED: Notification.Kind.CHANGED,
    AppointmentEvent.Kind.CANCELLED: Notification.Kind.CANCELLED,
}
_A_DAY, _TEN_MINUTES = timedelta(days=1), timedelta(minutes=10)


def tell_staff(
    event: AppointmentEvent, *, by_user, settings: PortalSettings, with_message: bool, now: datetime
) -> None:
    """Tell the clinician whose appointment it is (and was) of *event*; those without an account, by ``notify_email``.

    Whoever did it isn't told.

    :param by_user: the staff user who acted; ``None`` for a client or the system.
    :param with_message: whether the client left a message with it.
    """
    if event.kind not in _KINDS:
        return
    clinicians = {event.new_clinician_id: event.new_clinician}
    if event.old_clinician_id:
        clinicians.setdefault(event.old_clinician_id, event.old_clinician)
    users = {clinician.user for clinician in clinicians.values()}
    addresses = set()
    for user in users:
        if user is not None and user.is_active:
            if user == by_user:
                continue
            Notification.objects.create(
                recipient=user, kind=_KINDS[event.kind], event=event, appointment=event.appointment, created_at=now
            )
            addresses.add(user.email or settings.notify_email)
        else:
            addresses.add(settings.notify_email)
    with in_staff_language():
        email = event_email(event, with_message=with_message)
    for number, address in enumerate(sorted(addresses - {""}), 1):
        _send(address, email, settings=settings, key=f"event:{event.pk}:staff:{number}", now=now)


def tell_of_failure(message: OutboundMessage, *, settings: PortalSettings, now: datetime) -> None:
    """Tell the clinician concerned (or the notification address) that *message* could not be sent; once a day."""
    _tell(
        Notification.Kind.COMMUNICATION_FAILED,
        lambda: failure_email(message),
        message.appointment,
        settings=settings,
        occasion=f"failed:{message.dedupe_key}",  # another one when it was sent again
        once_in=_A_DAY,
        now=now,
    )


def tell_of_ambiguity(clients: list[Client], *, settings: PortalSettings, key: str, now: datetime) -> None:
    """Tell staff that these *clients* share a contact, a date of birth, a postcode and a first name.

    :param key: names the occasion, which is told once a day.
    """
    _tell(
        Notification.Kind.AMBIGUOUS_IDENTITY,
        lambda: ambiguity_email(clients),
        settings=settings,
        occasion=f"ambiguous:{key}",
        once_in=_A_DAY,
        now=now,
    )


def tell_of_burst(failures: int, *, settings: PortalSettings, now: datetime) -> None:
    """Tell staff that so many identity checks failed at the site within ten minutes; as long as it goes on, once in ten
    minutes."""
    _tell(
        Notification.Kind.FAILED_CHECKS,
        lambda: burst_email(failures),
        settings=settings,
        occasion=f"burst:{settings.site_id}",
        once_in=_TEN_MINUTES,
        now=now,
    )


def _tell(
    kind: str,
    write_email: Callable[[], StaffEmail],
    appointment: Appointment | None = None,
    *,
    settings: PortalSettings,
    occasion: str,
    once_in: timedelta,
    now: datetime,
) -> None:
    # Claimed before anything is written: of any number at once one tells, whoever is there to be told.
    if not throttle.take(f"told:{occasion}", most=1, period=once_in, now=now):
        return
    user = appointment.clinician.user if appointment else None
    if user is not None and not user.is_active:
        user = None
    for recipient in [user] if user else _administrators():
        Notification.objects.create(recipient=recipient, kind=kind, appointment=appointment, created_at=now)
    if address := (user.email if user else "") or settings.notify_email:
        with in_staff_language():
            email = write_email()
        _send(address, email, settings=settings, key=f"{occasion}:{now.isoformat()}:staff", now=now)


def _administrators():
    """Who is told where no clinician is concerned."""
    return get_user_model().objects.filter(is_superuser=True, is_active=True)


def _send(address: str, email: StaffEmail, *, settings: PortalSettings, key: str, now: datetime) -> None:
    message = OutboundMessage.objects.create(
        about=OutboundMessage.About.STAFF,
        site_id=settings.site_id,
        channel=Channel.EMAIL,
        recipient=address,
        subject=email.subject[:250],
        body=email.text,
        dedupe_key=key,
        due_at=now,
        created_at=now,
    )
    send_after_commit(message)
