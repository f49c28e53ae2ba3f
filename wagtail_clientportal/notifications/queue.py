"""Who on the staff is told, in the same transaction as what they are told of."""

from datetime import datetime

from django.contrib.auth import get_user_model

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
    """Tell the clinician concerned (or the notification address) that *message* could not be sent."""
    kind = Notification.Kind.COMMUNICATION_FAILED
    with in_staff_language():
        email = failure_email(message)
    _tell(kind, email, message.appointment, settings=settings, key=f"failed:{message.pk}", now=now)


def tell_of_ambiguity(clients: list[Client], *, settings: PortalSettings, key: str, now: datetime) -> None:
    """Tell staff that these *clients* share a contact, a date of birth, a postcode and a first name.

    :param key: names the occasion, so that it is told once.
    """
    kind = Notification.Kind.AMBIGUOUS_IDENTITY
    with in_staff_language():
        email = ambiguity_email(clients)
    _tell(kind, email, None, settings=settings, key=f"ambiguous:{key}", now=now)


def tell_of_burst(failures: int, *, settings: PortalSettings, key: str, now: datetime) -> None:
    """Tell staff that so many identity checks failed at the site within ten minutes.

    :param key: names the ten minutes, so that it is told once.
    """
    kind = Notification.Kind.FAILED_CHECKS
    with in_staff_language():
        email = burst_email(failures)
    _tell(kind, email, None, settings=settings, key=f"burst:{key}", now=now)


def _tell(
    kind: str, email: StaffEmail, appointment: Appointment | None, *, settings: PortalSettings, key: str, now: datetime
) -> None:
    user = appointment.clinician.user if appointment else None
    if user is not None and not user.is_active:
        user = None
    address = (user.email if user else "") or settings.notify_email
    key = f"{key}:staff"
    if OutboundMessage.objects.filter(dedupe_key=key).exists():
        return
    for recipient in [user] if user else _administrators():
        Notification.objects.create(recipient=recipient, kind=kind, appointment=appointment, created_at=now)
    if address:
        _send(address, email, settings=settings, key=key, now=now)


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
