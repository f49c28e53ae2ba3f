"""Who on the staff is told, in the same transaction as what they are told of."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from ..access import throttle
from ..diary.models import Appointment, AppointmentEvent, BookingRequest, ClientMessage, Payment, Refund
from ..outbox import dedupe_keys
from ..outbox.channels.email import EmailChannel
from ..outbox.enqueue import send_after_commit
from ..outbox.models import OutboundMessage
from ..policies.models import PortalSettings
from ..practice.models import Client
from .notification import Notification
from .recipients import administrators, recipients
from .trouble import WORKER
from .wording import (
    StaffEmail,
    ambiguity_email,
    burst_email,
    event_email,
    failure_email,
    in_staff_language,
    message_email,
    other_amount_email,
    refund_email,
    reset_email,
    ring_email,
    trouble_email,
    trouble_over_email,
)

_KINDS = {
    AppointmentEvent.Kind.BOOKED: Notification.Kind.BOOKED,
    AppointmentEvent.Kind.CHANGED: Notification.Kind.CHANGED,
    AppointmentEvent.Kind.CANCELLED: Notification.Kind.CANCELLED,
}
_A_DAY, _TEN_MINUTES = timedelta(days=1), timedelta(minutes=10)


def tell_staff(
    event: AppointmentEvent, *, message: ClientMessage | None, by_user, portal_settings: PortalSettings, now: datetime
) -> None:
    """Tell the clinician whose appointment it is (and was) of *event*, and all who hear of everybody's.

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
    known = recipients(clinicians, site_ids=[portal_settings.site_id], starts=starts, now=now)
    to_tell = [one for one in known if one.user != by_user]

    rows = [_about(event, one.user, kind, now) for one in to_tell if one.in_admin(kind)]
    addresses = {one.address(portal_settings.notify_email) for one in to_tell if one.by_email(kind)}
    if sum(one.is_concerned for one in known) < len(clinicians):
        addresses.add(portal_settings.notify_email)
    addresses.discard("")

    about_message = set()
    if message is not None:
        wrote = Notification.Kind.CLIENT_MESSAGE
        rows += [_about(event, one.user, wrote, now, message) for one in to_tell if one.in_admin(wrote)]
        # Who is told of the event by email reads there that there is a message.
        about_message = {one.address(portal_settings.notify_email) for one in to_tell if one.by_email(wrote)}
        about_message -= addresses | {""}

    if not known and not addresses:
        rows = [_about(event, user, kind, now) for user in administrators() if user != by_user]
    Notification.objects.bulk_create(rows)
    with in_staff_language():
        emails = [(address, event_email(event, with_message=message is not None)) for address in sorted(addresses)]
        emails += [(address, message_email(event)) for address in sorted(about_message)]
    _send(emails, portal_settings=portal_settings, key=f"event:{event.pk}", now=now)


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


def tell_of_failure(message: OutboundMessage, *, portal_settings: PortalSettings, now: datetime) -> None:
    """Tell the clinician concerned (or the notification address) that *message* could not be sent; once a day."""
    _tell(
        Notification(
            kind=Notification.Kind.COMMUNICATION_FAILED,
            appointment=message.appointment,
            outbound_message=message,
            client=message.client,
        ),
        lambda: failure_email(message),
        portal_settings=portal_settings,
        alert_key=dedupe_keys.of_failure(message.dedupe_key),  # another one when it was sent again
        once_in=_A_DAY,
        now=now,
    )


def tell_to_ring(
    event: AppointmentEvent, *, messages: Sequence[OutboundMessage], portal_settings: PortalSettings, now: datetime
) -> None:
    """Tell the clinician concerned, and whoever did it, that no message tells the client of *event*: they are to ring.

    :param messages: those that should have told the client, and say why they don't; none where none is published.
    """
    to_do = Notification.objects.filter(kind=Notification.Kind.CLIENT_NOT_TOLD, read_at=None)
    if to_do.filter(event=event).exists():
        return
    _tell(
        Notification(
            kind=Notification.Kind.CLIENT_NOT_TOLD,
            event=event,
            appointment=event.appointment,
            outbound_message=messages[0] if messages else None,
            client=event.appointment.client,
        ),
        lambda: ring_email(event, messages),
        portal_settings=portal_settings,
        alert_key=f"untold:{event.pk}",
        once_in=_A_DAY,
        now=now,
        and_user=event.by_user,
    )
    # Whoever rings says how things are now.
    to_do.filter(appointment=event.appointment_id).exclude(event=event).update(read_at=now)


def tell_of_refund(refund: Refund, *, portal_settings: PortalSettings, now: datetime) -> None:
    """Tell the clinician whose appointment it was, or would have been, that somebody has to decide about *refund*."""
    payment = refund.payment
    _tell(
        Notification(
            kind=Notification.Kind.REFUND_TO_DECIDE,
            appointment=payment.appointment,
            payment=payment,
            client=payment.client,
        ),
        lambda: refund_email(refund),
        portal_settings=portal_settings,
        alert_key=f"refund:{refund.pk}",
        once_in=_A_DAY,
        now=now,
    )


def tell_of_other_amount(payment: Payment, *, portal_settings: PortalSettings, now: datetime) -> None:
    """Tell the clinician whose appointment it is, or would have been, that the provider reports other money for
    *payment* than was to be paid."""
    asked = payment.booking_request
    _tell(
        Notification(
            kind=Notification.Kind.PAYMENT_DIFFERS,
            appointment=payment.appointment or (asked and asked.appointment),
            payment=payment,
            client=payment.client,
        ),
        lambda: other_amount_email(payment),
        portal_settings=portal_settings,
        alert_key=f"differs:{payment.pk}:{payment.reported_amount}:{payment.reported_currency}",
        once_in=_A_DAY,
        now=now,
    )


def tell_of_ambiguity(clients: list[Client], *, portal_settings: PortalSettings, key: str, now: datetime) -> None:
    """Tell staff that these *clients* share a contact, a date of birth, a postcode and a first name.

    :param key: names what is told of, once a day.
    """
    _tell(
        Notification(kind=Notification.Kind.AMBIGUOUS_IDENTITY, client=clients[0]),
        lambda: ambiguity_email(clients),
        portal_settings=portal_settings,
        alert_key=f"ambiguous:{key}",
        once_in=_A_DAY,
        now=now,
    )


def tell_of_burst(failures: int, *, portal_settings: PortalSettings, now: datetime) -> None:
    """Tell staff that so many identity checks failed at the site within ten minutes; as long as it goes on, once in ten
    minutes."""
    _tell(
        Notification(kind=Notification.Kind.FAILED_CHECKS),
        lambda: burst_email(failures),
        portal_settings=portal_settings,
        alert_key=f"burst:{portal_settings.site_id}",
        once_in=_TEN_MINUTES,
        now=now,
    )


def tell_of_trouble(key: str, *, what: str, mend: str, now: datetime) -> None:
    """Tell the clinic that messages don't leave; by email too, where emails do.

    :param key: a trouble's.
    :param what: a sentence that says what is wrong, for the email; *mend* says what to do about it.
    """
    _tell_the_clinic(
        Notification(kind=Notification.Kind.TROUBLE, trouble=key), trouble_email(key, what=what, mend=mend), now=now
    )


def tell_of_troubles_end(key: str, *, now: datetime) -> None:
    """Tell the clinic that messages leave again, in the way that it was told that they didn't."""
    _tell_the_clinic(Notification(kind=Notification.Kind.TROUBLE_OVER, trouble=key), trouble_over_email(key), now=now)


def tell_of_reset(user, *, by, now: datetime) -> None:
    """Tell *user* by email that their second factor was reset: it may have been somebody else who asked for it.

    :param by: the user who did it; ``None``: somebody at the server's command line.
    """
    if not user.email:
        return
    with in_staff_language():
        email = reset_email(by)
    key = f"second-factor-reset:{user.pk}:{now.isoformat()}"
    _send([(user.email, email)], portal_settings=PortalSettings(), key=key, now=now)  # of no site in particular


def _tell_the_clinic(what: Notification, email: StaffEmail, *, now: datetime) -> None:
    portals = list(PortalSettings.objects.filter(enabled=True).order_by("pk"))
    # An email that says that emails don't leave would come when they do.
    emails_leave = what.trouble not in (WORKER, EmailChannel.key)
    addresses = _write(what, portals=portals, now=now)
    if not emails_leave or not portals:
        return
    addresses |= {one.notify_email for one in portals} - {""}
    _send(
        [(address, email) for address in sorted(addresses)],
        portal_settings=portals[0],
        key=f"{what.kind}:{what.trouble}:{now.isoformat()}",
        now=now,
    )


def _tell(
    what: Notification,
    write_email: Callable[[], StaffEmail],
    *,
    portal_settings: PortalSettings,
    alert_key: str,
    once_in: timedelta,
    now: datetime,
    and_user=None,
) -> None:
    """Tell of what somebody on the staff has to do something about.

    :param what: says it all but to whom and when.
    """
    # Claimed before anything is written: of any number at once one tells, whoever is there to be told.
    if not throttle.take(f"told:{alert_key}", limit=1, period=once_in, now=now):
        return
    addresses = _write(what, portals=[portal_settings], now=now, and_user=and_user)
    with in_staff_language():
        email = write_email()
    emails = [(address, email) for address in sorted(addresses)]
    _send(emails, portal_settings=portal_settings, key=f"{alert_key}:{now.isoformat()}", now=now)


def _write(what: Notification, *, portals: Collection[PortalSettings], now: datetime, and_user=None) -> set[str]:
    """Write *what* into the bells of all who are to be told, and return the addresses to which an email goes.

    :param and_user: who is told in the admin beside the others; by email only where it is their own appointment.
    """
    place = _place_of(what)
    clinicians = {place.clinician_id} - {None} if place else set()
    starts = [place.start] if place else []
    notify_emails = {one.notify_email for one in portals}
    sites = [one.site_id for one in portals]
    known = recipients(clinicians, site_ids=sites, starts=starts, now=now, and_user=and_user)
    users = [one.user for one in known if one.in_admin(what.kind)]
    addresses = {
        one.address(notify)
        for one in known
        if one.by_email(what.kind) and (one.user != and_user or one.is_concerned)
        for notify in notify_emails
    }
    if sum(one.is_concerned for one in known) < len(clinicians):
        addresses.update(notify_emails)
    # Unlike a change, which stands in the diary, this must not go unheard because nobody wants to hear of it.
    if not users and not any(one.by_email(what.kind) for one in known):
        users = administrators()
        addresses.update(notify_emails)
    Notification.objects.bulk_create(
        Notification(
            recipient=user,
            kind=what.kind,
            event=what.event,
            appointment=what.appointment,
            outbound_message=what.outbound_message,
            payment=what.payment,
            client=what.client,
            trouble=what.trouble,
            created_at=now,
        )
        for user in users
    )
    return addresses - {""}


def _place_of(what: Notification) -> Appointment | BookingRequest | None:
    """Return what says whose diary *what* is about, and when: of what was paid for and never booked, what was asked
    for."""
    return what.appointment or (what.payment.booking_request if what.payment else None)


def _send(
    emails: Iterable[tuple[str, StaffEmail]], *, portal_settings: PortalSettings, key: str, now: datetime
) -> None:
    rows = [
        OutboundMessage(
            about=OutboundMessage.About.STAFF,
            site_id=portal_settings.site_id,
            channel=EmailChannel.key,
            recipient=address,
            subject=email.subject[:250],
            body=email.text,
            dedupe_key=dedupe_keys.of_staff_email(key, number),
            due_at=now,
            created_at=now,
        )
        for number, (address, email) in enumerate(emails, 1)
    ]
    OutboundMessage.objects.bulk_create(rows)
    for row in rows:
        send_after_commit(row)
