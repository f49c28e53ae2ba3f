"""Everything that is held about one client, in a ZIP: ``client.json``, and each message as a file that anyone can read.

No secret is in it: of a link there is when and what became of it, never what opens it.
"""

import json
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils.translation import gettext as _

from ..access.models import MagicLink, PortalSession
from ..actions.revoke_links import links_of
from ..diary.models import Appointment, ClientMessage
from ..notifications.models import Notification
from ..outbox.models import OutboundMessage
from ..practice.models import Client
from .local_time import day_and_time, site_zone, zone_of
from .log_actions import log_of


def everything_held(client: Client, now: datetime) -> bytes:
    """Return the ZIP file's bytes.

    :param now: aware datetime, said in the file.
    """
    messages, communications = _messages(client), _communications(client)
    held = {
        "exported_at": _moment(now, site_zone()),
        "client": _record(client),
        "appointments": [_appointment(one) for one in _appointments(client)],
        "messages": [_message(one) for one in messages],
        "communications": [_communication(one) for one in communications],
        "links": [
            _link(one) for one in MagicLink.objects.filter(links_of(client)).select_related("appointment__location")
        ],
        "sessions": [
            _session(one) for one in PortalSession.objects.filter(client=client).select_related("appointment")
        ],
        "notifications_to_staff": [_notification(one) for one in _notifications(client)],
        "log": [_log_entry(one) for one in log_of(client).select_related("user")],
    }
    output = BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as archive:
        archive.writestr("client.json", json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
        readable = [*map(_message_as_text, messages), *map(_communication_as_text, communications)]
        for number, (moment, kind, text) in enumerate(sorted(readable), start=1):
            archive.writestr(f"messages/{number:04}-{moment:%Y-%m-%d}-{kind}.txt", text)
    return output.getvalue()


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
    return user.get_username() if user else None


def _record(client: Client) -> dict:
    names = (
        "pk",
        "first_name",
        "last_name",
        "email",
        "mobile",
        "date_of_birth",
        "postcode",
        "email_opt_in",
        "sms_opt_in",
        "is_active",
        "portal_access",
        "portal_access_reason",
        "external_ref",
    )
    return {name: getattr(client, name) for name in names} | {
        "anonymised_at": _moment(client.anonymised_at, site_zone())
    }


def _appointments(client: Client):
    return (
        Appointment.objects.filter(client=client)
        .select_related("clinician", "location", "appointment_type", "status")
        .prefetch_related(
            *(
                f"events__{name}"
                for name in (
                    "by_user",
                    "old_status",
                    "new_status",
                    "old_clinician",
                    "new_clinician",
                    "old_location",
                    "new_location",
                )
            )
        )
        .order_by("start", "pk")
    )


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
        "external_ref": appointment.external_ref,
        "created": _moment(appointment.created_at, zone),
        "history": [_event(event, zone) for event in appointment.events.all()],
    }


def _event(event, zone) -> dict:
    def names(old_or_new: str) -> dict:
        place = {what: getattr(event, f"{old_or_new}_{what}") for what in ("status", "clinician", "location")}
        at = place["location"].zone if place["location"] else zone
        return {"start": _moment(getattr(event, f"{old_or_new}_start"), at)} | {
            what: one.name if one else None for what, one in place.items()
        }

    return {
        "what": event.kind,
        "when": _moment(event.at, zone),
        "by": event.by_kind,
        "by_user": event.by_username or _name_of(event.by_user),
        "from": names("old"),
        "to": names("new"),
        "policy_wording": event.policy_wording,
    }


def _messages(client: Client) -> list[ClientMessage]:
    found = ClientMessage.objects.filter(client=client).select_related("appointment__location", "handled_by")
    return list(found.order_by("created_at", "pk"))


def _zone_of(record):
    return zone_of(record.appointment.location if record.appointment else None)


def _message(message: ClientMessage) -> dict:
    return {
        "written": _moment(message.created_at, _zone_of(message)),
        "appointment": message.appointment.public_id if message.appointment else None,
        "text": message.body,
        "handled": _moment(message.handled_at, _zone_of(message)),
        "handled_by": _name_of(message.handled_by),
    }


def _message_as_text(message: ClientMessage) -> tuple[datetime, str, str]:
    written = _("Written by the client: %(when)s") % {"when": day_and_time(message.created_at, _zone_of(message))}
    return message.created_at, "from-the-client", f"{written}\n\n{message.body}\n"


def _communications(client: Client) -> list[OutboundMessage]:
    contacts = {client.email, client.email_key, client.mobile_key} - {""}
    asked_for = Q(client=None, about=OutboundMessage.About.SIGN_IN, recipient__in=contacts)
    found = OutboundMessage.objects.filter(Q(client=client) | asked_for).select_related("appointment__location")
    return list(found.order_by("created_at", "pk"))


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
        _("When: %(when)s") % {"when": day_and_time(message.sent_at or message.created_at, _zone_of(message))},
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
        "started": _moment(session.created_at, site_zone()),
        "last_seen": _moment(session.last_seen_at, site_zone()),
        "ended": _moment(session.ended_at, site_zone()),
    }


def _notifications(client: Client):
    about = Q(client=client) | Q(appointment__client=client) | Q(client_message__client=client)
    return Notification.objects.filter(about | Q(outbound_message__client=client)).select_related("recipient")


def _notification(notification: Notification) -> dict:
    return {
        "what": notification.kind,
        "to": notification.recipient.get_username(),
        "created": _moment(notification.created_at, site_zone()),
        "read": _moment(notification.read_at, site_zone()),
    }


def _log_entry(entry) -> dict:
    return {
        "when": _moment(entry.timestamp, site_zone()),
        "who": str(entry.user_display_name),
        "what": str(entry.message),
        "details": entry.data,
    }
