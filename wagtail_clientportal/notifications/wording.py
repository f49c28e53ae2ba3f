"""What a notification email to staff says. It names no client: an email may be read over a shoulder."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ..diary.from_and_to import RecordedState, from_and_to
from ..diary.models import Appointment, AppointmentEvent, Payment, Refund
from ..diary.who_acted import who_acted
from ..outbox.models import OutboundMessage
from ..practice.dates import moment_in_words
from ..practice.models import Client
from ..practice.staff_name import staff_name
from .trouble import how_it_began, how_it_ended


def in_staff_language():
    """A context in which texts are in the site's language, not in that of the client whose request this may be."""
    return translation.override(django_settings.LANGUAGE_CODE)


class StaffEmail(NamedTuple):
    subject: str
    text: str


def event_email(event: AppointmentEvent, *, with_message: bool) -> StaffEmail:
    """Say what happened to an appointment, with its times in its location's zone."""
    if event.kind == AppointmentEvent.Kind.CHANGED:
        subject = _("Appointment changed: now %(when)s")
    elif event.kind == AppointmentEvent.Kind.CANCELLED:
        subject = _("Appointment cancelled: %(when)s")
    else:
        subject = _("New appointment: %(when)s")
    lines = _what_happened(event)
    if with_message:
        lines.append(_("The client left a message; you can read it in the admin."))
    return StaffEmail(subject % {"when": _when(event)}, "\n".join([*lines, *_whose(event.appointment)]))


def message_email(event: AppointmentEvent) -> StaffEmail:
    """Say that the client wrote something, to somebody who doesn't want to hear of the event itself."""
    lines = [
        _("A client left a message with an appointment; you can read it in the admin."),
        _("Appointment: %(place)s") % {"place": _at(from_and_to(event)[1])},
    ]
    return StaffEmail(_("A client left a message"), "\n".join([*lines, *_whose(event.appointment)]))


def ring_email(event: AppointmentEvent, messages: Sequence[OutboundMessage]) -> StaffEmail:
    """Say that no message tells the client of *event*, and why.

    :param messages: those that should have, with their reasons.
    """
    why = " ".join(dict.fromkeys(one.last_error for one in messages)) or _("No message for it is published.")
    lines = [
        _("No message reaches the client, so somebody has to ring them."),
        *_what_happened(event),
        _("Why no message reaches them: %(why)s") % {"why": why},
        _("When they have been told, please mark the notification in the admin as handled."),
    ]
    subject = _("Please ring a client about %(when)s") % {"when": _when(event)}
    return StaffEmail(subject, "\n".join([*lines, *_whose(event.appointment)]))


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


def refund_email(refund: Refund) -> StaffEmail:
    """Say that somebody has to decide about money that was paid."""
    payment = refund.payment
    lines = [
        _("%(amount)s was paid (%(how)s).") % {"amount": payment.amount_in_words, "how": payment.get_method_display()},
        f"{refund.get_why_display()}.",
        *_what_was_asked_for(payment),
        _("Nothing is given back by itself. Decide about it in the admin, under “Refunds”."),
        *_whose_money(payment),
    ]
    return StaffEmail(_("A refund has to be decided"), "\n".join(lines))


def other_amount_email(payment: Payment) -> StaffEmail:
    """Say that other money was reported for *payment* than was to be paid, and what to do about it."""
    lines = [
        _("To be paid: %(amount)s.") % {"amount": payment.amount_in_words},
        _("Our payment provider reports: %(amount)s.") % {"amount": payment.reported_in_words},
        *_what_was_asked_for(payment),
    ]
    if payment.state == Payment.State.PAID:
        lines.append(_("It had been paid before, so this report changed nothing."))
    else:
        lines += [
            _("Nothing was booked by it, and the client is asked not to pay again."),
            _("To see them all the same, book the appointment and record the payment on it; if not, give it back."),
        ]
    lines.append(_("Look at the payment with the payment provider."))
    if payment.reference:
        lines.append(_("Its reference there: %(reference)s") % {"reference": payment.reference})
    return StaffEmail(_("Another amount was paid than was asked for"), "\n".join([*lines, *_whose_money(payment)]))


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


def reset_email(by) -> StaffEmail:
    """Say to somebody on the staff that their second factor was reset.

    :param by: the user who did it; ``None``: somebody at the server's command line.
    """
    who = staff_name(by) if by else _("whoever looks after the website")
    lines = [
        _("Your second factor for the admin was reset by %(who)s. You set up a new one at your next login.")
        % {"who": who},
        _(
            "If you didn’t ask for it, tell them at once, and change your password: until you have set up a new one, "
            "the password alone is enough to do so."
        ),
        "",
        _admin_url(),
    ]
    return StaffEmail(_("Your second factor was reset"), "\n".join(lines))


def trouble_email(key: str, *, what: str, mend: str) -> StaffEmail:
    """Say that messages don't leave, and what to do about it."""
    with in_staff_language():
        return StaffEmail(how_it_began(key), "\n".join([what, mend, "", _admin_url()]))


def trouble_over_email(key: str) -> StaffEmail:
    """Say that messages leave again."""
    with in_staff_language():
        lines = [_("What had waited is being sent now. You don’t need to do anything."), "", _admin_url()]
        return StaffEmail(how_it_ended(key), "\n".join(lines))


def _what_happened(event: AppointmentEvent) -> list[str]:
    was, place = map(_at, from_and_to(event))
    if event.kind == AppointmentEvent.Kind.CHANGED:
        lines = [_("Was: %(place)s") % {"place": was}, _("Now: %(place)s") % {"place": place}]
    elif event.kind == AppointmentEvent.Kind.CANCELLED:
        lines = [_("Cancelled: %(place)s") % {"place": place}]
    else:
        lines = [_("New: %(place)s") % {"place": place}]
        if event.appointment.client.registered_online_at == event.at:
            lines.append(_("The client is new, from online booking: see whether you know them already."))
    return [*lines, _("By: %(who)s") % {"who": who_acted(event)}]


def _whose(appointment: Appointment) -> list[str]:
    return ["", f"{appointment.client} · {appointment}", _admin_url()]


def _what_was_asked_for(payment: Payment) -> list[str]:
    """Say what a payment that has no appointment was for."""
    asked = payment.booking_request
    if payment.appointment or asked is None:
        return []
    when = moment_in_words(asked.start, asked.location.zone)
    place = " · ".join(str(one) for one in (when, asked.clinician, asked.location) if one)
    return [_("What was asked for: %(place)s") % {"place": place}]


def _whose_money(payment: Payment) -> list[str]:
    return ["", " · ".join(str(one) for one in (payment.client, payment.appointment, payment) if one), _admin_url()]


def _when(event: AppointmentEvent) -> str:
    _old, new = from_and_to(event)
    return moment_in_words(new.start, new.zone)


def _at(state: RecordedState) -> str:
    """Say when, with whom and where; what isn't known isn't said."""
    when = moment_in_words(state.start, state.zone) if state.start else ""
    return " · ".join(filter(None, [when, *(str(one) for one in (state.clinician, state.location) if one)]))


def _admin_url() -> str:
    base = getattr(django_settings, "WAGTAILADMIN_BASE_URL", "") or ""
    return base.rstrip("/") + reverse("wagtailadmin_home")
