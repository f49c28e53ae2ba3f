"""What a message can say, each thing by one name: one table for all who ask.

The messages, the editor's chips, the checks of what an editor wrote, the template tags and a developer's own emails all
read it. A magic link is minted only inside a message: in a dict that ``message_context`` made. Anywhere else the same
names give the token-free portal address.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..conf import settings
from ..diary.models import Appointment
from ..diary.queries import next_of_client
from ..outbox.outbound_message import OutboundMessage
from ..policies.phone import phone_of
from ..policies.portal_address import portal_url
from ..practice.dates import date_in_words, moment_in_words, time_in_words, with_zone
from ..practice.durations import duration_in_words
from ..practice.models import Client
from .before_change import in_words
from .facts import CANCEL, CHANGE, AppointmentFacts, Facts, Links
from .plain_text import plain_text

CONTEXT_KEY = "clientportal_message"
# They lead to an appointment, so nothing is said by them while the portal is off.
LEAD_TO_APPOINTMENT = ("next_appt_link", "next_appt_url", "change_link", "cancel_link", "change_or_cancel")

About = OutboundMessage.About
# A sign-in link goes to whoever shares a contact, so its message can't speak of anybody's appointments.
_SIGN_IN = frozenset({About.SIGN_IN})
# Nor can one that goes to whoever typed an address; of the booking it says what they chose.
_BOOKING = frozenset({About.CONFIRM_BOOKING})
# What was paid in vain was paid for no more than that.
_IN_VAIN = frozenset({About.PAID_IN_VAIN})
_MONEY = frozenset({About.PAID}) | _IN_VAIN
_APPOINTMENT = frozenset(About) - _SIGN_IN - _BOOKING - _IN_VAIN - {About.STAFF}
_WITH_A_PLACE = _APPOINTMENT | _BOOKING | _IN_VAIN
_EVERYWHERE = _WITH_A_PLACE | _SIGN_IN


def link_html(facts: Facts, text: str) -> str:
    """Return an HTML link with *text*, escaped."""
    return format_html('<a href="{}">{}</a>', facts.url, text)


def _time(facts: AppointmentFacts) -> str:
    """The time, and whose clocks are meant where the reader may take it for another place's."""
    return with_zone(time_in_words(facts.appointment.start, facts.zone), facts.zone)


def _first_name(facts: AppointmentFacts) -> str:
    """Nothing where a stranger typed name and address alike: they would write to a third person through the clinic."""
    client = facts.appointment.client
    return client.first_name if client.has_proved(facts.recipient) else ""


def _by(deadline: datetime | None, facts: AppointmentFacts) -> str:
    """The deadline; nothing where there is none, or none any more."""
    return moment_in_words(deadline, facts.zone) if deadline else ""


def _change_link(facts: AppointmentFacts) -> str:
    text = gettext("Change the date or time")
    return format_html('<a href="{}">{}</a>', facts.url_to(CHANGE), text) if facts.change_until else ""


def _cancel_link(facts: AppointmentFacts) -> str:
    text = gettext("Cancel this appointment")
    return format_html('<a href="{}">{}</a>', facts.url_to(CANCEL), text) if facts.cancel_until else ""


def _what_can_be_done(facts: AppointmentFacts) -> str:
    """For a text, which has room for one address: it promises no more than can be done."""
    if facts.change_until and facts.cancel_until:
        words = gettext("Change or cancel: %(url)s")
    elif facts.change_until:
        words = gettext("See or change it: %(url)s")
    elif facts.cancel_until:
        words = gettext("See or cancel it: %(url)s")
    else:
        words = gettext("See it: %(url)s")
    return words % {"url": facts.url}


def _before(facts: AppointmentFacts) -> str:
    return in_words(facts.before, facts.appointment) if facts.before else ""


class Variable(NamedTuple):
    """``label`` is what editors see; ``value`` is plain text, or HTML that says so (``SafeString``).

    ``occasions`` are those of ``OutboundMessage.About`` whose messages have it. ``is_html``: neither a subject nor a
    plain text can hold it. ``is_address``: once the text is plain, it is a bare address, or ends in one.
    """

    name: str
    label: str
    value: Callable[[Any], str]
    occasions: frozenset[str] = _APPOINTMENT
    is_html: bool = False
    is_address: bool = False


_TABLE = [
    Variable(
        "next_appt_link",
        _("Next appt. link"),
        lambda facts: link_html(facts, gettext("Manage appointment")),
        is_html=True,
        is_address=True,
    ),
    Variable("next_appt_url", _("Next appt. URL"), lambda facts: facts.url, is_address=True),
    Variable("change_link", _("Link to change it"), _change_link, is_html=True, is_address=True),
    Variable("cancel_link", _("Link to cancel it"), _cancel_link, is_html=True, is_address=True),
    Variable("change_or_cancel", _("“Change or cancel”, with the URL"), _what_can_be_done, is_address=True),
    Variable(
        "sign_in_link",
        _("Sign-in link"),
        lambda facts: link_html(facts, gettext("See your appointments")),
        _SIGN_IN,
        is_html=True,
        is_address=True,
    ),
    Variable("sign_in_url", _("Sign-in URL"), lambda facts: facts.url, _SIGN_IN, is_address=True),
    Variable("sign_in_code", _("Code to type instead"), lambda facts: facts.code, _SIGN_IN),
    Variable(
        "sign_in_minutes",
        _("Minutes the link works"),
        lambda facts: str(round(settings.SIGN_IN_LINK_LIFETIME.total_seconds() / 60)),
        _SIGN_IN,
    ),
    Variable(
        "confirm_link",
        _("Link to confirm"),
        lambda facts: link_html(facts, gettext("Confirm your booking")),
        _BOOKING,
        is_html=True,
        is_address=True,
    ),
    Variable("confirm_url", _("URL to confirm"), lambda facts: facts.url, _BOOKING, is_address=True),
    Variable("client_first_name", _("Client first name"), _first_name),
    Variable(
        "appointment_date",
        _("Appointment date"),
        lambda facts: date_in_words(facts.appointment.start, facts.zone),
        _WITH_A_PLACE,
    ),
    Variable("appointment_time", _("Appointment time"), _time, _WITH_A_PLACE),
    Variable("amount_paid", _("Amount paid"), lambda facts: facts.payment.amount_in_words, _MONEY),
    Variable(
        "payment_method",
        _("How it was paid"),
        lambda facts: str(facts.payment.get_method_display()),
        _MONEY,
    ),
    Variable("payment_reference", _("Payment reference"), lambda facts: facts.payment.reference, _MONEY),
    Variable(
        "appointment_end_time",
        _("Appointment end time"),
        lambda facts: time_in_words(facts.appointment.end, facts.zone),
    ),
    Variable(
        "appointment_duration",
        _("Appointment duration"),
        lambda facts: duration_in_words(facts.appointment.duration),
    ),
    Variable("appointment_before", _("What it was before"), _before),
    Variable("appointment_type", _("Appointment type"), lambda facts: facts.appointment.appointment_type.name),
    Variable("clinician_name", _("Clinician"), lambda facts: facts.appointment.clinician.name),
    Variable("location_name", _("Location"), lambda facts: facts.location.name, _WITH_A_PLACE),
    Variable(
        "location_address",
        _("Location address"),
        lambda facts: facts.location.address,
        _WITH_A_PLACE,
    ),
    Variable(
        "clinic_name",
        _("Clinic name"),
        lambda facts: facts.portal_settings.display_name,
        _EVERYWHERE,
    ),
    Variable(
        "clinic_phone",
        _("Clinic phone"),
        lambda facts: phone_of(facts.location, facts.portal_settings).text,
        _EVERYWHERE,
    ),
    Variable("cancellation_policy", _("Cancellation policy"), lambda facts: plain_text(facts.rules.wording)),
    Variable("cancel_by", _("Cancel by"), lambda facts: _by(facts.cancel_until, facts)),
    Variable("change_by", _("Change by"), lambda facts: _by(facts.change_until, facts)),
    Variable(
        "portal_url",
        _("Portal URL"),
        lambda facts: portal_url(facts.site),
        _EVERYWHERE,
        is_address=True,
    ),
]
# What staff say to the client of one event. No editor places it: it stands at the end of what the template says.
WORDS = Variable("clinic_words", "", lambda facts: "")
VARIABLES = {variable.name: variable for variable in _TABLE}
# What a developer can use, whose emails and pages are about an appointment.
APPOINTMENT_VARIABLES = {name: one for name, one in VARIABLES.items() if one.occasions & (_APPOINTMENT - _MONEY)}


def add_variable(variable: Variable) -> None:
    """Let messages say one thing more. For the ``ready`` of a site's own app: before the first message is written.

    :raises ValueError: where there is one of that name.
    """
    if variable.name in VARIABLES:
        raise ValueError(f"There is a variable {variable.name!r} already.")
    VARIABLES[variable.name] = variable
    if variable.occasions & (_APPOINTMENT - _MONEY):
        APPOINTMENT_VARIABLES[variable.name] = variable


def variables_for(occasion: str) -> dict[str, Variable]:
    """Return by name what the messages sent on *occasion* can say, in the order in which editors see it.

    :param occasion: one of ``OutboundMessage.About``; until an editor has chosen one, an appointment is meant.
    """
    return {name: one for name, one in VARIABLES.items() if occasion in one.occasions} or APPOINTMENT_VARIABLES


def message_context(
    *, appointment: Appointment | None = None, client: Client | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """Return the template context of one message to a client; only in it do the variables mint magic links.

    :param appointment: what the message is about.
    :param client: whom it is for; without *appointment*, it is about their next one that holds its place.
    :param now: aware datetime.
    """
    now = now or timezone.now()
    if appointment is None and client is not None:
        appointment = next_of_client(client, now)
    links = Links(now)
    context: dict[str, Any] = {
        CONTEXT_KEY: links,
        "appointment": appointment,
        "client": client or (appointment.client if appointment else None),
    }
    facts = AppointmentFacts(appointment, now, links) if appointment else None
    for name, variable in APPOINTMENT_VARIABLES.items():
        # A callable: Django's templates call it only where the name is used.
        context[name] = lambda variable=variable: variable.value(facts) if facts else ""
    return context


def facts_of(context) -> AppointmentFacts | None:
    """Return what the variables speak of in a template's *context*: its appointment, else its client's next one."""
    links = context.get(CONTEXT_KEY)
    now = links.now if links else timezone.now()
    appointment, client = context.get("appointment"), context.get("client")
    if not isinstance(appointment, Appointment):
        appointment = next_of_client(client, now) if isinstance(client, Client) and client.pk else None
    return AppointmentFacts(appointment, now, links) if appointment is not None else None
