"""Which rows the outbox gets when something happened to a client's appointment."""

from datetime import datetime

from django.conf import settings as django_settings
from django.db.models import QuerySet
from django.utils import translation
from wagtail.models import Site

from ..conf import settings
from ..diary.models import Appointment, AppointmentEvent
from ..outbox.enqueue import send_after_commit
from ..outbox.models import OutboundMessage
from ..outbox.outbound_message import Channel
from ..practice.models import Client
from .applicable import applicable, live_templates
from .communication_template import CommunicationTemplate
from .ways import address, undisturbed, why_not

_ABOUT = {
    AppointmentEvent.Kind.BOOKED: OutboundMessage.About.BOOKED,
    AppointmentEvent.Kind.CHANGED: OutboundMessage.About.CHANGED,
    AppointmentEvent.Kind.CANCELLED: OutboundMessage.About.CANCELLED,
    AppointmentEvent.Kind.STATUS_CHANGED: OutboundMessage.About.STATUS_CHANGED,
}


def queue_for_client(event: AppointmentEvent, *, site: Site | None, now: datetime) -> list[OutboundMessage]:
    """Write the rows that tell the client of *event*: one for each template that speaks of it.

    Where there is no way to tell them, the row says why. What is past is told to nobody.
    """
    appointment = event.appointment
    if appointment.start <= now and event.kind in (AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED):
        return []
    templates = applicable(live_templates(_about(event)), appointment)
    # A change waits a little, because another may follow.
    due_at = now + settings.CHANGE_GRACE if event.kind == AppointmentEvent.Kind.CHANGED else now
    due_at = undisturbed(_about(event), event, due_at)
    return _write([row(template, event, site=site, due_at=due_at, now=now) for template in templates], now)


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
    rows = [row(template, latest, site=site, due_at=now, now=now) for template in templates]
    for message in rows:
        message.dedupe_key += f":again:{now.isoformat()}"
    return _write(rows, now)


def _write(rows: list[OutboundMessage], now: datetime) -> list[OutboundMessage]:
    OutboundMessage.objects.bulk_create(rows)
    for message in rows:
        if message.status == OutboundMessage.Status.WAITING and message.due_at <= now:
            send_after_commit(message)
    return rows


def said_last(appointment) -> QuerySet[OutboundMessage]:
    """Return the rows that tell the client what was done last to *appointment*, also those that will not be sent."""
    rows = OutboundMessage.objects.filter(appointment=appointment, client__isnull=False)
    latest = AppointmentEvent.objects.filter(appointment=appointment).order_by("-pk")
    return rows.filter(event=latest.values("pk")[:1]).exclude(about=OutboundMessage.About.REMINDER).order_by("pk")


def queue_sign_in(
    contact: str, *, site: Site, dedupe_key: str, now: datetime, client: Client | None = None
) -> OutboundMessage:
    """Write the row that asks for a sign-in link; whether anybody has the contact is found out when it is delivered.

    :param contact: the key of an email address or a mobile ("+44…").
    :param client: for whom staff send it; ``None`` where somebody typed the contact, who may be anybody.
    """
    message = OutboundMessage.objects.create(
        about=OutboundMessage.About.SIGN_IN,
        site=site,
        client=client,
        channel=Channel.EMAIL if "@" in contact else Channel.SMS,
        recipient=contact,
        dedupe_key=dedupe_key,
        due_at=now,
        created_at=now,
    )
    send_after_commit(message)
    return message


def row(
    template: CommunicationTemplate, event: AppointmentEvent, *, site: Site | None, due_at: datetime, now: datetime
) -> OutboundMessage:
    """Return the unsaved row that says *template* about *event*, once; where the client can't be told, with the reason.

    :param due_at: aware datetime before which it isn't sent.
    """
    client = event.appointment.client
    with translation.override(django_settings.LANGUAGE_CODE):  # staff read why not
        reason = why_not(client, template.channel)
    return OutboundMessage(
        about=template.event,
        site=site,
        client=client,
        appointment=event.appointment,
        event=event,
        template=template,
        channel=template.channel,
        recipient=address(client, template.channel),
        status=OutboundMessage.Status.DROPPED if reason else OutboundMessage.Status.WAITING,
        last_error=reason,
        dedupe_key=f"event:{event.pk}:template:{template.pk}",
        due_at=due_at,
        created_at=now,
    )


def _about(event: AppointmentEvent) -> str:
    if event.kind == AppointmentEvent.Kind.BOOKED and event.by_kind == AppointmentEvent.By.CLIENT:
        return OutboundMessage.About.BOOKED_ONLINE
    if event.kind == AppointmentEvent.Kind.STATUS_CHANGED and _takes_its_place_back(event):
        return OutboundMessage.About.BOOKED  # to somebody who heard that it was cancelled
    return _ABOUT[event.kind]


def _takes_its_place_back(event: AppointmentEvent) -> bool:
    return event.new_status.attending and not event.old_status.attending
