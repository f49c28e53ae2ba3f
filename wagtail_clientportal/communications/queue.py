"""Which rows the outbox gets when something happened to a client's appointment."""

from datetime import datetime

from django.conf import settings as django_settings
from django.db.models import QuerySet
from django.utils import translation
from wagtail.models import Site

from ..conf import settings
from ..diary.models import Appointment, AppointmentEvent, BookingRequest, Payment
from ..outbox import dedupe_keys
from ..outbox.channels.email import EmailChannel
from ..outbox.channels.registry import channel_for, channel_of
from ..outbox.enqueue import send_after_commit
from ..outbox.models import OutboundMessage
from ..practice.contact import email_key
from ..practice.models import Client
from .channels_for import why_not
from .communication_template import CommunicationTemplate
from .quiet_hours import undisturbed
from .template_choice import applicable, live_templates

_OCCASIONS = {
    AppointmentEvent.Kind.BOOKED: OutboundMessage.About.BOOKED,
    AppointmentEvent.Kind.CHANGED: OutboundMessage.About.CHANGED,
    AppointmentEvent.Kind.CANCELLED: OutboundMessage.About.CANCELLED,
    AppointmentEvent.Kind.STATUS_CHANGED: OutboundMessage.About.STATUS_CHANGED,
}


def queue_for_client(event: AppointmentEvent, *, site: Site | None, now: datetime) -> list[OutboundMessage]:
    """Write the rows that tell the client of *event*: one for each template that speaks of it and reaches them.

    Where none reaches them, the rows say why. What is past is told to nobody.
    """
    appointment = event.appointment
    if appointment.start <= now and event.kind in (AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED):
        return []
    occasion = _occasion_of(event)
    templates = applicable(live_templates(occasion), appointment)
    # A change waits a little, because another may follow.
    due_at = now + settings.CHANGE_GRACE if event.kind == AppointmentEvent.Kind.CHANGED else now
    due_at = undisturbed(occasion, event, due_at)
    return _write([unsaved_message(template, event, site=site, due_at=due_at, now=now) for template in templates], now)


def queue_again(appointment: Appointment, *, site: Site | None, now: datetime) -> list[OutboundMessage]:
    """Write the rows that confirm *appointment* to its client once more, as it stands now.

    What was never booked or moved here (imported, say) has nothing to confirm.
    """
    moves = [AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED]
    latest = appointment.events.filter(kind__in=moves).order_by("-pk").first()
    if latest is None:
        return []
    latest.appointment = appointment
    templates = applicable(live_templates(OutboundMessage.About.BOOKED), appointment)
    rows = [unsaved_message(template, latest, site=site, due_at=now, now=now) for template in templates]
    for message in rows:
        message.dedupe_key = dedupe_keys.written_again(message.dedupe_key, now)
    return _write(rows, now)


def _write(rows: list[OutboundMessage], now: datetime) -> list[OutboundMessage]:
    # Who is told by email needs no row to say that they have no mobile.
    rows = [one for one in rows if one.status == OutboundMessage.Status.WAITING] or rows
    OutboundMessage.objects.bulk_create(rows)
    for message in rows:
        if message.status == OutboundMessage.Status.WAITING and message.due_at <= now:
            send_after_commit(message)
    return rows


def messages_about_last_event(appointment) -> QuerySet[OutboundMessage]:
    """Return the rows that tell the client what was done last to *appointment*, also those that will not be sent."""
    latest = AppointmentEvent.objects.filter(appointment=appointment).order_by("-pk")
    return messages_about(latest.values("pk")[:1])


def messages_about(event) -> QuerySet[OutboundMessage]:
    """Return the rows that tell the client of *event* (or of the one that a query finds), also those that will not be
    sent."""
    rows = OutboundMessage.objects.filter(event=event, client__isnull=False)
    return rows.exclude(about=OutboundMessage.About.REMINDER).order_by("pk")


def queue_sign_in(
    contact: str,
    *,
    site: Site,
    now: datetime,
    client: Client | None = None,
    channel: str | None = None,
    asked_by: str = "",
) -> OutboundMessage:
    """Write the row that asks for a sign-in link; whether anybody has the contact is found out when it is delivered.

    :param contact: the key of an email address or a mobile ("+44…").
    :param client: for whom staff send it; ``None`` where somebody typed the contact, who may be anybody.
    :param channel: key of the channel that staff chose; ``None``: the one that takes the contact.
    :param asked_by: the browser that asks, as ``access.sign_in_code`` knows it; "" where none does.
    """
    message = OutboundMessage.objects.create(
        about=OutboundMessage.About.SIGN_IN,
        site=site,
        client=client,
        channel=channel_for(contact).key if channel is None else channel,
        recipient=contact,
        asked_by=asked_by,
        dedupe_key=dedupe_keys.of_sign_in_link(),
        due_at=now,
        created_at=now,
    )
    send_after_commit(message)
    return message


def queue_confirm_booking(booking_request: BookingRequest, *, now: datetime) -> OutboundMessage:
    """Write the row that asks for the link to confirm *booking_request*, to the address that was typed."""
    contact = email_key(booking_request.email)
    message = OutboundMessage.objects.create(
        about=OutboundMessage.About.CONFIRM_BOOKING,
        site=booking_request.site,
        booking_request=booking_request,
        channel=channel_for(contact).key,
        recipient=contact,
        dedupe_key=dedupe_keys.of_booking_link(booking_request.public_id),
        due_at=now,
        created_at=now,
    )
    send_after_commit(message)
    return message


def queue_about_payment(
    payment: Payment, about: str, *, event: AppointmentEvent | None = None, now: datetime
) -> OutboundMessage:
    """Write the row that tells by email of *payment* what *about* says: that it came in, or that it came in vain."""
    client, asked = payment.client, payment.booking_request
    channel = channel_of(EmailChannel.key)
    with translation.override(django_settings.LANGUAGE_CODE):  # staff read why not
        reason = why_not(client, channel.key, about) if client else ""
    placed = payment.appointment or asked
    message = OutboundMessage.objects.create(
        about=about,
        site=placed.location.portal_site if placed else None,
        client=client,
        appointment=payment.appointment,
        event=event,
        payment=payment,
        booking_request=None if client else asked,
        channel=channel.key,
        recipient=channel.address_of(client) if client else asked.email,
        status=OutboundMessage.Status.DROPPED if reason else OutboundMessage.Status.WAITING,
        last_error=reason,
        dedupe_key=dedupe_keys.of_payment(payment.public_id, about),
        due_at=now,
        created_at=now,
    )
    if not reason:
        send_after_commit(message)
    return message


def unsaved_message(
    template: CommunicationTemplate, event: AppointmentEvent, *, site: Site | None, due_at: datetime, now: datetime
) -> OutboundMessage:
    """Return the unsaved row that says *template* about *event*, once; where the client can't be told, with the reason.

    :param due_at: aware datetime before which it isn't sent.
    """
    client = event.appointment.client
    with translation.override(django_settings.LANGUAGE_CODE):  # staff read why not
        reason = why_not(client, template.channel, template.event)
    return OutboundMessage(
        about=template.event,
        site=site,
        client=client,
        appointment=event.appointment,
        event=event,
        template=template,
        channel=template.channel,
        recipient=channel_of(template.channel).address_of(client),
        status=OutboundMessage.Status.DROPPED if reason else OutboundMessage.Status.WAITING,
        last_error=reason,
        dedupe_key=dedupe_keys.of_event(event.pk, template.pk),
        due_at=due_at,
        created_at=now,
    )


def _occasion_of(event: AppointmentEvent) -> str:
    if event.kind == AppointmentEvent.Kind.BOOKED and event.by_kind == AppointmentEvent.By.CLIENT:
        return OutboundMessage.About.BOOKED_ONLINE
    if event.kind == AppointmentEvent.Kind.STATUS_CHANGED and _takes_its_place_back(event):
        return OutboundMessage.About.BOOKED  # to somebody who heard that it was cancelled
    return _OCCASIONS[event.kind]


def _takes_its_place_back(event: AppointmentEvent) -> bool:
    return event.new_status.attending and not event.old_status.attending
