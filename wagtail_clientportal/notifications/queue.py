"""Who on the staff is told, in the same transaction as what they are told of."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from ..access import throttle
from ..diary.models import AppointmentEvent, ClientMessage
from ..outbox.enqueue import send_after_commit
from ..outbox.models import OutboundMessage
from ..outbox.outbound_message import Channel
from ..policies.models import PortalSettings
from ..practice.models import Client
from .notification import Notification
from .recipients import administrators, recipients
from .wording import (
    StaffEmail,
    ambiguity_email,
    burst_email,
    event_email,
    failure_email,
    in_staff_language,
    message_email,
)

_KINDS = {
    AppointmentEvent.Kind.BOOKED: Notification.Kind.BOOKED,
    AppointmentEvent.Kind.CHANGED: Notification.Kind.CHANGED,
    AppointmentEvent.Kind.CANCELLED: Notification.Kind.CANCELLED,
}
_A_DAY, _TEN_MINUTES = timedelta(days=1), timedelta(minutes=10)


def tell_staff(
    event: AppointmentEvent, *, message: ClientMessage | None, by_user, settings: PortalSettings, now: datetime
) -> None:
    """Tell the clinician whose appointment it is (and was) of *event*, and all who asked to hear of everybody's.

    A clinician without an account is told by ``notify_email``. Whoever did it isn't told, and whoever doesn't want to
    hear of it is left in peace; administrators are told where there is nobody at all who could be.

    :param message: what the client wrote with it; ``None`` for nothing.
    :param by_user: the staff user who acted; ``None`` for a client or the system.
    """
    if event.kind not in _KINDS:
        return
    kind = _KINDS[event.kind]
    clinicians = {event.new_clinician_id, event.old_clinician_id} - {None}
    starts = [start for start in (event.new_start, event.old_start) if start]
    known = recipients(clinicians, starts=starts, now=now)
    to_tell = [one for one in known if one.user != by_user]

    rows = [_about(event, one.user, kind, now) for one in to_tell if one.in_admin(kind)]
    addresses = {one.address(settings.notify_email) for one in to_tell if one.by_email(kind)}
    if sum(one.is_concerned for one in known) < len(clinicians):
        addresses.add(settings.notify_email)
    addresses.discard("")

    about_message = set()
    if message is not None:
        wrote = Notification.Kind.CLIENT_MESSAGE
        rows += [_about(event, one.user, wrote, now, message) for one in to_tell if one.in_admin(wrote)]
        # Who is told of the event by email reads there that there is a message.
        about_message = {one.address(settings.notify_email) for one in to_tell if one.by_email(wrote)}
        about_message -= addresses | {""}

    if not known and not addresses:
        rows = [_about(event, user, kind, now) for user in administrators() if user != by_user]
    Notification.objects.bulk_create(rows)
    with in_staff_language():
        emails = [(address, event_email(event, with_message=message is not None)) for address in sorted(addresses)]
        emails += [(address, message_email(event)) for address in sorted(about_message)]
    _send(emails, settings=settings, key=f"event:{event.pk}", now=now)


def _about(
    event: AppointmentEvent, user, kind: str, now: datetime, message: ClientMessage | None = None
) -> Notification:
    return Notification(
        recipient=user,
        kind=kind,
        event=event,
        appointment=event.appointment,
        client_message=message,
        client_id=event.appointment.client_id,
        created_at=now,
    )


def tell_of_failure(message: OutboundMessage, *, settings: PortalSettings, now: datetime) -> None:
    """Tell the clinician concerned (or the notification address) that *message* could not be sent; once a day."""
    _tell(
        Notification(
            kind=Notification.Kind.COMMUNICATION_FAILED,
            appointment=message.appointment,
            outbound_message=message,
            client=message.client,
        ),
        lambda: failure_email(message),
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
        Notification(kind=Notification.Kind.AMBIGUOUS_IDENTITY, client=clients[0]),
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
        Notification(kind=Notification.Kind.FAILED_CHECKS),
        lambda: burst_email(failures),
        settings=settings,
        occasion=f"burst:{settings.site_id}",
        once_in=_TEN_MINUTES,
        now=now,
    )


def _tell(
    what: Notification,
    write_email: Callable[[], StaffEmail],
    *,
    settings: PortalSettings,
    occasion: str,
    once_in: timedelta,
    now: datetime,
) -> None:
    """Tell of what somebody on the staff has to do something about.

    :param what: says it all but to whom and when.
    """
    # Claimed before anything is written: of any number at once one tells, whoever is there to be told.
    if not throttle.take(f"told:{occasion}", most=1, period=once_in, now=now):
        return
    appointment = what.appointment
    clinicians = {appointment.clinician_id} if appointment else set()
    known = recipients(clinicians, starts=[appointment.start] if appointment else [], now=now)
    users = [one.user for one in known if one.in_admin(what.kind)]
    addresses = {one.address(settings.notify_email) for one in known if one.by_email(what.kind)}
    if sum(one.is_concerned for one in known) < len(clinicians):
        addresses.add(settings.notify_email)
    # Unlike a change, which stands in the diary, this must not go unheard because nobody wants to hear of it.
    if not users and not any(one.by_email(what.kind) for one in known):
        users = administrators()
        addresses.add(settings.notify_email)
    Notification.objects.bulk_create(
        Notification(
            recipient=user,
            kind=what.kind,
            appointment=appointment,
            outbound_message=what.outbound_message,
            client=what.client,
            created_at=now,
        )
        for user in users
    )
    with in_staff_language():
        email = write_email()
    emails = [(address, email) for address in sorted(addresses - {""})]
    _send(emails, settings=settings, key=f"{occasion}:{now.isoformat()}", now=now)


def _send(emails: Iterable[tuple[str, StaffEmail]], *, settings: PortalSettings, key: str, now: datetime) -> None:
    rows = [
        OutboundMessage(
            about=OutboundMessage.About.STAFF,
            site_id=settings.site_id,
            channel=Channel.EMAIL,
            recipient=address,
            subject=email.subject[:250],
            body=email.text,
            dedupe_key=f"{key}:staff:{number}",
            due_at=now,
            created_at=now,
        )
        for number, (address, email) in enumerate(emails, 1)
    ]
    OutboundMessage.objects.bulk_create(rows)
    for row in rows:
        send_after_commit(row)
