"""What a notification email to staff says. It names no client: an email may be read over a shoulder."""

from typing import NamedTuple

from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ..diary.models import AppointmentEvent
from ..outbox.models import OutboundMessage
from ..practice.dates import moment_in_words
from ..practice.models import Client


def in_staff_language():
    """A context in which texts are in the site's language, not in that of the client whose request this may be."""
    return translation.override(django_settings.LANGUAGE_CODE)


class StaffEmail(NamedTuple):
    subject: str
    text: str


def event_email(event: AppointmentEvent, *, with_message: bool) -> StaffEmail:
    """Say what happened to an appointment, with its times in its location's zone."""
    appointment = event.appointment
    new_place = _at(event.new_start, event.new_clinician, event.new_location)
    if event.kind == AppointmentEvent.Kind.CHANGED:
        subject = _("Appointment changed: now %(when)s")
        lines = [
            _("Was: %(place)s") % {"place": _at(event.old_start, event.old_clinician, event.old_location)},
            _("Now: %(place)s") % {"place": new_place},
        ]
    elif event.kind == AppointmentEvent.Kind.CANCELLED:
        subject = _("Appointment cancelled: %(when)s")
        lines = [_("Cancelled: %(place)s") % {"place": new_place}]
    else:
        subject = _("New appointment: %(when)s")
        lines = [_("New: %(place)s") % {"place": new_place}]
    lines.append(_("By: %(who)s") % {"who": event.by_username or event.get_by_kind_display()})
    if with_message:
        lines.append(_("The client left a message; you can read it in the admin."))
    lines += ["", f"{appointment.client} · {appointment}", _admin_url()]
    when = moment_in_words(event.new_start, event.new_location.zone)
    return StaffEmail(subject % {"when": when}, "\n".join(lines))


def message_email(event: AppointmentEvent) -> StaffEmail:
    """Say that the client wrote something, to somebody who doesn't want to hear of the event itself."""
    appointment = event.appointment
    lines = [
        _("A client left a message with an appointment; you can read it in the admin."),
        _("Appointment: %(place)s") % {"place": _at(event.new_start, event.new_clinician, event.new_location)},
        "",
        f"{appointment.client} · {appointment}",
        _admin_url(),
    ]
    return StaffEmail(_("A client left a message"), "\n".join(lines))


def failure_email(message: OutboundMessage) -> StaffEmail:
    """Say that a message to a client was not sent, and why."""
    lines = [
        _("“%(what)s” could not be sent: %(why)s")
        % {"what": message.get_about_display(), "why": message.last_error or _("no reason was given")},
        _("Please tell the client yourself."),
        "",
        " · ".join(str(one) for one in (message.client, message.appointment) if one),
        _admin_url(),
    ]
    return StaffEmail(_("A message to a client could not be sent"), "\n".join(lines))


def ambiguity_email(clients: list[Client]) -> StaffEmail:
    """Say which records can't be told apart."""
    lines = [
        _("These records share a contact, a date of birth, a postcode and a first name, so nobody was signed in:"),
        ", ".join(str(client) for client in clients),
        _("If they are one person, please merge them; if not, give each a contact of its own."),
        "",
        _admin_url(),
    ]
    return StaffEmail(_("Two client records can't be told apart"), "\n".join(lines))


def burst_email(failures: int) -> StaffEmail:
    """Say that somebody seems to be guessing."""
    lines = [
        _("%(failures)d identity checks failed within ten minutes. Somebody may be guessing; nobody got in by that.")
        % {"failures": failures},
        _("Every link ends after a few wrong answers. If it goes on, you can switch the portal off in its settings."),
        "",
        _admin_url(),
    ]
    return StaffEmail(_("Many failed identity checks"), "\n".join(lines))


def _at(start, clinician, location) -> str:
    return f"{moment_in_words(start, location.zone)} · {clinician.name} · {location.name}"


def _admin_url() -> str:
    base = getattr(django_settings, "WAGTAILADMIN_BASE_URL", "") or ""
    return base.rstrip("/") + reverse("wagtailadmin_home")
