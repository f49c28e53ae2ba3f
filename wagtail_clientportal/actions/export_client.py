"""Give a client everything that is held about them (GDPR, article 15), in a ZIP.

In it are ``client.json``, and each message as a file that anyone can read. No secret is in it: of a link there is when
and what became of it, never what opens it.
"""

import json
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from ..access.feeds import client_feeds
from ..access.models import CalendarFeed, MagicLink, PortalSession
from ..diary.from_and_to import RecordedState, from_and_to
from ..diary.models import Appointment, AppointmentEvent, BookingRequest, ClientMessage, Payment, Refund
from ..diary.queries import with_event_details
from ..diary.who_acted import staff_who_acted
from ..notifications.models import Notification
from ..outbox.models import OutboundMessage
from ..outbox.sent_to_client import sent_to_client
from ..practice import log_codes
from ..practice.dates import moment_in_words
from ..practice.location import default_timezone
from ..practice.models import Client, ClientLogEntry
from ..practice.staff_name import staff_name
from .steps.revoke_access import links_of


def export_client(client: Client, *, by, now: datetime | None = None) -> bytes:
    """Return the ZIP file's bytes, and log that it was made.

    :param by: the staff ``User`` who asks for it.
    :param now: aware datetime, said in the file; by default the clock.
    """
    archive = _everything_held(client, now or timezone.now())
    log(client, log_codes.EXPORTED, user=by)
    return archive


def _everything_held(client: Client, now: datetime) -> bytes:
    messages = _messages(client)
    communications = list(sent_to_client(client).order_by("created_at", "pk"))
    held = {
        "exported_at": _moment(now, _site_zone()),
        "client": _record(client),
        "appointments": [_appointment(one) for one in _appointments(client)],
        "online_bookings": [_online_booking(one) for one in _online_bookings(client)],
        "payments": [_payment(one) for one in _payments(client)],
        "messages": [_message(one) for one in messages],
        "communications": [_communication(one) for one in communications],
        "links": [
            _link(one) for one in MagicLink.objects.filter(links_of(client)).select_related("appointment__location")
        ],
        "sessions": [
            _session(one) for one in PortalSession.objects.filter(client=client).select_related("appointment")
        ],
        "calendar_feeds": [_feed(one) for one in client_feeds(client)],
        "notifications_to_staff": [_notification(one) for one in _notifications(client)],
        "log": [_log_entry(one) for one in _log(client)],
    }
    output = BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as archive:
        archive.writestr("client.json", json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        readable = [*map(_message_as_text, messages), *map(_communication_as_text, communications)]
        for number, (moment, kind, text) in enumerate(sorted(readable), start=1):
            archive.writestr(f"messages/{number:04}-{moment:%Y-%m-%d}-{kind}.txt", text)
    return output.getvalue()


def _log(client: Client) -> list[ClientLogEntry]:
    """What the log says of the record, and of those that were merged into it."""
    records = [client, *client.merged_records.order_by("pk")]
    return [one for record in records for one in ClientLogEntry.objects.about(record).select_related("user")]


def _moment(moment: datetime | None, zone) -> dict | None:
    """When it was: to a machine in UTC, to people by the clocks of the place."""
    if moment is None:
        return None
    return {
        "utc": moment.astimezone(UTC).isoformat(),
        "local": moment.astimezone(zone).isoformat(),
        "time_zone": zone.key,
    }


def _name_of(user) -> str | None:
    return staff_name(user) if user else None


def _record(client: Client) -> dict:
    names = ["pk", *(field.name for field in Client.written_fields())]
    return {name: getattr(client, name) for name in names} | {
        "anonymised_at": _moment(client.anonymised_at, _site_zone())
    }


def _appointments(client: Client):
    found = Appointment.objects.filter(client=client)
    found = found.select_related("clinician", "location", "appointment_type", "status")
    events = with_event_details(AppointmentEvent.objects.all())
    return found.prefetch_related(Prefetch("events", events)).order_by("start", "pk")


def _appointment(appointment: Appointment) -> dict:
    zone = appointment.location.zone
    return {
        "id": appointment.public_id,
        "start": _moment(appointment.start, zone),
        "end": _moment(appointment.end, zone),
        "clinician": appointment.clinician.name,
        "location": appointment.location.name,
        "type": appointment.appointment_type.name,
        "status": appointment.status.name,
        "holds_place": appointment.holds_place,
        "note": appointment.note,
        "external_ref": appointment.external_ref,
        "created": _moment(appointment.created_at, zone),
        "history": [_event(event, zone) for event in appointment.events.all()],
    }


def _state(state: RecordedState) -> dict:
    names = {what: getattr(state, what) for what in ("status", "clinician", "location")}
    return {"start": _moment(state.start, state.zone)} | {
        what: one.name if one else None for what, one in names.items()
    }


def _event(event, zone) -> dict:
    old, new = from_and_to(event)
    return {
        "what": event.kind,
        "when": _moment(event.at, zone),
        "by": event.by_kind,
        "by_user": staff_who_acted(event) or None,
        "reason": event.reason.name if event.reason else None,
        "from": _state(old),
        "to": _state(new),
        "words": event.words,
        "money": _money(event),
        "policy_wording": event.policy_wording,
    }


def _money(event) -> str | None:
    if event.payment is None:
        return None
    return event.money_decided or f"{event.payment.amount} {event.payment.currency}"


def _online_bookings(client: Client):
    asked = BookingRequest.objects.filter(Q(client=client) | Q(appointment__client=client))
    return asked.select_related("appointment", "appointment_type", "location").order_by("created_at", "pk")


def _online_booking(asked: BookingRequest) -> dict:
    typed = ("first_name", "last_name", "email", "mobile", "date_of_birth", "postcode", "message")
    return {name: getattr(asked, name) for name in typed} | {
        "asked": _moment(asked.created_at, asked.location.zone),
        "start": _moment(asked.start, asked.location.zone),
        "type": asked.appointment_type.name,
        "appointment": asked.appointment.public_id if asked.appointment else None,
    }


def _payments(client: Client):
    theirs = Payment.objects.filter(Q(client=client) | Q(client=None, booking_request__client=client))
    theirs = theirs.select_related("appointment__location", "recorded_by")
    return theirs.prefetch_related(Prefetch("refunds", Refund.objects.order_by("pk"))).order_by("created_at", "pk")


def _payment(payment: Payment) -> dict:
    zone = _zone_of(payment)
    return {
        "amount": str(payment.amount),
        "currency": payment.currency,
        "reported": payment.reported_in_words,
        "how": payment.method,
        "state": payment.state,
        "reference": payment.reference,
        "begun": _moment(payment.created_at, zone),
        "paid": _moment(payment.paid_at, zone),
        "recorded_by": _name_of(payment.recorded_by),
        "appointment": payment.appointment.public_id if payment.appointment else None,
        "refunds": [_refund(refund, zone) for refund in payment.refunds.all()],
    }


def _refund(refund: Refund, zone) -> dict:
    return {
        "why": refund.why,
        "decision": refund.decision,
        "given_back": str(refund.amount) if refund.amount is not None else None,
        "note": refund.note,
        "decided": _moment(refund.decided_at, zone),
    }


def _messages(client: Client) -> list[ClientMessage]:
    found = ClientMessage.objects.filter(client=client).select_related("appointment__location", "handled_by")
    return list(found.order_by("created_at", "pk"))


def _zone_of(record):
    return record.appointment.location.zone if record.appointment else _site_zone()


def _site_zone() -> ZoneInfo:
    return ZoneInfo(default_timezone())


def _message(message: ClientMessage) -> dict:
    return {
        "written": _moment(message.created_at, _zone_of(message)),
        "appointment": message.appointment.public_id if message.appointment else None,
        "text": message.body,
        "handled": _moment(message.handled_at, _zone_of(message)),
        "handled_by": _name_of(message.handled_by),
    }


def _message_as_text(message: ClientMessage) -> tuple[datetime, str, str]:
    written = _("Written by the client: %(when)s") % {"when": moment_in_words(message.created_at, _zone_of(message))}
    return message.created_at, "from-the-client", f"{written}\n\n{message.body}\n"


def _communication(message: OutboundMessage) -> dict:
    zone = _zone_of(message)
    return {
        "about": message.about,
        "channel": message.channel,
        "recipient": message.recipient,
        "status": message.status,
        "why": message.last_error,
        "attempts": message.attempts,
        "written": _moment(message.created_at, zone),
        "sent": _moment(message.sent_at, zone),
        "appointment": message.appointment.public_id if message.appointment else None,
        "subject": message.subject,
        "text": message.body,
    }


def _communication_as_text(message: OutboundMessage) -> tuple[datetime, str, str]:
    lines = [
        f"{message.get_about_display()} ({message.get_channel_display()}, {message.get_status_display()})",
        _("To: %(recipient)s") % {"recipient": message.recipient},
        _("When: %(when)s") % {"when": moment_in_words(message.sent_at or message.created_at, _zone_of(message))},
    ]
    if message.subject:
        lines.append(_("Subject: %(subject)s") % {"subject": message.subject})
    return message.created_at, message.channel, "\n".join([*lines, "", message.body, ""])


def _link(link: MagicLink) -> dict:
    zone = _zone_of(link)
    return {
        "kind": link.kind,
        "sent_to": link.contact,
        "appointment": link.appointment.public_id if link.appointment else None,
        "made": _moment(link.created_at, zone),
        "expires": _moment(link.lives_until(), zone),
        "used": _moment(link.used_at or link.last_used_at, zone),
        "ended": _moment(link.revoked_at, zone),
        "failed_checks": link.failures,
    }


def _session(session: PortalSession) -> dict:
    return {
        "appointment": session.appointment.public_id if session.appointment else None,
        "address": session.address,
        "started": _moment(session.created_at, _site_zone()),
        "last_seen": _moment(session.last_seen_at, _site_zone()),
        "ended": _moment(session.ended_at, _site_zone()),
    }


def _feed(feed: CalendarFeed) -> dict:
    return {
        "made": _moment(feed.created_at, _site_zone()),
        "last_read": _moment(feed.last_read_at, _site_zone()),
    }


def _notifications(client: Client):
    about = Q(client=client) | Q(appointment__client=client) | Q(client_message__client=client)
    return Notification.objects.filter(about | Q(outbound_message__client=client)).select_related(
        "recipient", "handled_by"
    )


def _notification(notification: Notification) -> dict:
    return {
        "what": notification.kind,
        "to": staff_name(notification.recipient),
        "created": _moment(notification.created_at, _site_zone()),
        "read": _moment(notification.read_at, _site_zone()),
        "handled_by": _name_of(notification.handled_by),
    }


def _log_entry(entry) -> dict:
    return {
        "when": _moment(entry.timestamp, _site_zone()),
        "who": str(entry.user_display_name),
        "what": str(entry.message),
        "details": entry.data,
    }
