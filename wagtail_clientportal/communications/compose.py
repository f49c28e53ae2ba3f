"""A message to a client, made when it is sent: still worth saying, in which words, about what, rendered."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import translation
from wagtail.models import Site

from ..access.links import inert_url
from ..diary.example import Example
from ..diary.from_and_to import RecordedState
from ..diary.models import Appointment, BookingRequest, Payment
from ..outbox.channels.registry import channel_of
from ..outbox.models import OutboundMessage
from ..outbox.rendered_message import RenderedMessage
from ..policies.models import PortalSettings
from ..practice.languages import language_choices
from ..practice.models import Client
from .before_change import before_change
from .calendar_attachment import calendar_attachments
from .communication_template import CommunicationTemplate
from .facts import AppointmentFacts, BookingFacts, InertLinks, Links, PaymentFacts, SignInFacts, VainPaymentFacts
from .relevance import check_disturbs_nobody, check_is_still_wanted, check_is_worth_saying
from .rendering import render
from .variables import LEAD_TO_APPOINTMENT, WORDS, Variable, variables_for
from .wording import (
    Wording,
    confirm_booking_wording,
    payment_in_vain_wording,
    receipt_wording,
    sign_in_wording,
    wording_of,
)

About = OutboundMessage.About
# A reminder, or the confirmation that is sent again, speaks of the appointment and not of what was last done to it.
_ABOUT_ONE_EVENT = (About.CHANGED, About.CANCELLED)
_EXAMPLE_CODE = "123456"


def about_appointment(message: OutboundMessage, now: datetime) -> RenderedMessage:
    """Compose the message about an event in an appointment's history, or the reminder of an appointment.

    :param now: aware datetime.
    :raises NothingToSay: when it has become wrong or useless.
    :raises NotThisWay: when the client doesn't want it this way any more, or the clinic doesn't say it so.
    :raises NotYet: in the location's quiet hours.
    :raises UnknownVariable: when its template names what no message can say.
    """
    check_is_worth_saying(message, now)
    check_is_still_wanted(message)
    check_disturbs_nobody(message, now)
    facts = AppointmentFacts(message.appointment, now, Links(now), before_change(message), message.recipient)
    with translation.override(_language_for(message.client, facts.site)):
        wording = wording_of(message.template)
        words = message.event.words if message.about in _ABOUT_ONE_EVENT else ""
        return render(
            _with_words(wording, words),
            facts,
            _variables(message.about, facts) | _saying(words),
            unsubscribe=_unsubscribe_url(message.about, message.channel, message.client, facts.site),
            attachments=calendar_attachments(message, wording.body, facts.portal_settings, now),
        )


def preview(
    template: CommunicationTemplate,
    appointment: Appointment,
    now: datetime,
    *,
    before: RecordedState | None,
    words: str,
) -> RenderedMessage:
    """Compose what *template* would say about *appointment*, which may be unsaved, if it were sent now.

    Its link opens nothing.

    :param before: how it stands now, where it tells of a change.
    :param words: what the clinic says along with it; "" for nothing.
    """
    facts = AppointmentFacts(appointment, now, InertLinks(), before)
    with translation.override(_language_for(appointment.client, facts.site)):
        wording = _with_words(wording_of(template), words)
        return render(wording, facts, _variables(template.event, facts) | _saying(words))


def sign_in(
    channel: str, url: str, code: str, site: Site, portal_settings: PortalSettings, clients: Iterable[Client]
) -> RenderedMessage:
    """Compose the message that carries a sign-in link. It names nobody: a contact may be shared.

    :param code: what may be typed instead, where it was asked for; "" for none.
    :param clients: whom it may be for. It is in their language where they share one, else in the site's.
    """
    with translation.override(_language_shared_by(clients, site)):
        facts = SignInFacts(site, portal_settings, url, code)
        return render(sign_in_wording(channel), facts, variables_for(About.SIGN_IN))


def confirm_booking(
    channel: str, booking_request: BookingRequest, url: str, portal_settings: PortalSettings
) -> RenderedMessage:
    """Compose the message that carries the link to confirm an online booking. It names nobody."""
    with translation.override(_language(booking_request.site)):
        facts = BookingFacts(booking_request, portal_settings, url)
        return render(confirm_booking_wording(channel), facts, variables_for(About.CONFIRM_BOOKING))


def receipt(message: OutboundMessage, now: datetime) -> RenderedMessage:
    """Compose the receipt for the payment that *message* is about, which a client has made."""
    facts = PaymentFacts(message.appointment, now, Links(now), payment=message.payment)
    with translation.override(_language_for(message.client, facts.site)):
        return render(receipt_wording(message.channel, message.appointment), facts, _variables(message.about, facts))


def payment_in_vain(message: OutboundMessage, portal_settings: PortalSettings) -> RenderedMessage:
    """Compose the message that what *message* is about was paid, and booked nothing."""
    asked = message.payment.booking_request
    facts = VainPaymentFacts(asked, portal_settings, payment=message.payment)
    with translation.override(_language_for(message.client, asked.site) if message.client else _language(asked.site)):
        return render(payment_in_vain_wording(message.channel), facts, variables_for(About.PAID_IN_VAIN))


def example(template: CommunicationTemplate, site: Site | None, now: datetime) -> RenderedMessage:
    """Compose *template* as a client would get it, about an example client. Its link opens nothing."""
    portal_settings = PortalSettings.for_site(site)
    wording = Wording(template.channel, template.subject, template.body)
    variables = variables_for(template.event)
    with translation.override(template.locale.language_code if template.locale_id else _language(site)):
        if template.event == About.SIGN_IN:
            return render(wording, SignInFacts(site, portal_settings, inert_url(site), _EXAMPLE_CODE), variables)
        appointment = Example(now, portal_settings).appointment
        if template.event == About.CONFIRM_BOOKING:
            asked = BookingRequest(site=site, location=appointment.location, start=appointment.start)
            return render(wording, BookingFacts(asked, portal_settings, inert_url(site)), variables)
        payment = Payment(amount=Decimal(20), method=Payment.Method.ONLINE, reference="A1B2C3")
        if template.event == About.PAID_IN_VAIN:
            asked = BookingRequest(site=site, location=appointment.location, start=appointment.start)
            return render(wording, VainPaymentFacts(asked, portal_settings, payment=payment), variables)
        appointment.location = template.location or appointment.location
        appointment.appointment_type = template.appointment_type or appointment.appointment_type
        unsubscribe = _unsubscribe_url(template.event, template.channel, appointment.client, site)
        return render(
            wording,
            PaymentFacts(appointment, now, InertLinks(), _example_before(template, appointment), payment=payment),
            variables,
            unsubscribe=inert_url(site) if unsubscribe else "",
        )


def _example_before(template: CommunicationTemplate, appointment: Appointment) -> RecordedState | None:
    """How the example stood the day before, in a message of a change."""
    if template.event != About.CHANGED:
        return None
    return RecordedState(appointment.start - timedelta(days=1), appointment.location.zone, None, None, None)


def _unsubscribe_url(about: str, channel: str, client: Client, site: Site | None) -> str:
    """What ends reminders stands in reminders only."""
    return channel_of(channel).unsubscribe_url(client, site) if about == About.REMINDER else ""


def _language(site: Site | None) -> str:
    """A clinic writes in the language of its site."""
    return site.root_page.locale.language_code if site else translation.get_language()


def _language_for(client: Client, site: Site | None) -> str:
    """The language that *client* chose, as long as the site has content in it."""
    return client.language if client.language in dict(language_choices()) else _language(site)


def _language_shared_by(clients: Iterable[Client], site: Site | None) -> str:
    languages = {_language_for(client, site) for client in clients}
    return languages.pop() if len(languages) == 1 else _language(site)


def _with_words(wording: Wording, words: str) -> Wording:
    return wording.followed_by(WORDS.name) if words else wording


def _saying(words: str) -> dict[str, Variable]:
    return {WORDS.name: WORDS._replace(value=lambda facts: words)}


def _variables(about: str, facts: AppointmentFacts) -> dict[str, Variable]:
    """What a message can say; no link leads to a portal that is off."""
    variables = variables_for(about)
    if facts.portal_settings.enabled:
        return variables
    links = {name: variables[name] for name in LEAD_TO_APPOINTMENT}
    return variables | {name: link._replace(value=lambda facts: "") for name, link in links.items()}
