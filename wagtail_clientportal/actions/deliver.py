"""Send one message of the outbox: mint its link, find its words, hand it to its channel, record how it went.

A task of the worker, so it never raises for what a mail server or gateway does: it records that, and tries again later.
"""

import logging
import traceback
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ..access import budgets, limits
from ..access.candidates import clients_with_contact
from ..access.links import link_url, mint_booking_link, mint_sign_in_link
from ..access.sign_in_code import new_code
from ..communications.compose import about_appointment, confirm_booking, payment_in_vain, receipt, sign_in
from ..communications.must_be_told import is_told, must_be_told
from ..communications.placeholders import UnknownVariable
from ..communications.relevance import NothingToSay, NotThisWay, NotYet
from ..communications.reminders import queue_reminders
from ..conf import settings
from ..diary.models import AppointmentEvent
from ..health.watch import after_sweep
from ..notifications.queue import tell_of_failure, tell_to_ring
from ..outbox import delivery_record
from ..outbox.backends.result import SendResult
from ..outbox.channels.base import Channel
from ..outbox.channels.registry import channel_of
from ..outbox.channels.sending import send
from ..outbox.heartbeat import SWEEP, beat
from ..outbox.models import OutboundMessage
from ..outbox.rendered_message import RenderedMessage
from ..policies.models import BookingSettings, PortalSettings

logger = logging.getLogger(__name__)

About = OutboundMessage.About


class NotToBeSent(Exception):
    """The message matters, and yet may not go this way; the text says why, for staff."""


@dataclass
class Delivered:
    """How many messages of one sweep went which way."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    dropped: int = 0


def deliver_due(now: datetime | None = None) -> Delivered:
    """Find the reminders that have fallen due, deliver everything that is due, once each, and return the counts."""
    try:
        queue_reminders(now or timezone.now())
    except Exception:
        # Nobody is to wait for their message because of a reminder.
        logger.exception("reminders could not be found")
    counts = Delivered()
    for pk in delivery_record.due(now or timezone.now()):
        status = deliver(pk, now=now)
        if status is not None:
            setattr(counts, status, getattr(counts, status) + 1)
    ended = now or timezone.now()
    beat(SWEEP, ended)
    after_sweep(ended)
    return counts


def deliver(message_id: int, now: datetime | None = None) -> str | None:
    """Deliver the message with this pk, if it is due and nobody else has it.

    :param now: aware datetime; by default the clock.
    :return: the status it has then; ``None`` when there was nothing to do.
    """
    now = now or timezone.now()
    message = delivery_record.take(message_id, now)
    if message is None:
        return None
    if message.attempts > settings.SEND_ATTEMPTS:
        # Whoever took it before died of it each time, and could say nothing.
        return _not_sent(message, SendResult(False, error_code=_("Each attempt was cut off.")), now)
    channel = channel_of(message.channel)
    try:
        rendered, recipient = _compose(message, channel, now)
    except NotYet as quiet:
        delivery_record.postpone(message, quiet.until)
        return OutboundMessage.Status.WAITING
    except UnknownVariable as unknown:
        why = _("Its template names “%(word)s”, which no message can say.") % {"word": unknown}
        return _not_sent(message, SendResult(False, error_code=why, permanent=True), now)
    except NotToBeSent as reason:
        return _not_sent(message, SendResult(False, error_code=str(reason), permanent=True), now)
    except NothingToSay as nothing:
        return _dropped(message, nothing, now)
    except Exception as error:
        # A fault of ours (a broken template, say) must not lose the message, nor stop the others.
        # Its traceback is logged as text: a report that shows the frames' values would show a live token.
        logger.error("message %s could not be written\n%s", message.pk, traceback.format_exc())
        return _not_sent(message, SendResult(False, error_code=type(error).__name__), now)
    result = send(channel, rendered, to=recipient, key=message.dedupe_key)
    if not result.ok:
        return _not_sent(message, result, now)
    delivery_record.record_sent(
        message,
        now,
        recipient=recipient,
        subject=rendered.copy_subject,
        body=rendered.copy,
        provider_id=result.provider_id,
    )
    logger.info("message %s sent: %s to client %s", message.pk, message.about, message.client_id)
    return OutboundMessage.Status.SENT


def _compose(message: OutboundMessage, channel: Channel, now: datetime) -> tuple[RenderedMessage, str]:
    """Return the message as it goes out, and the address it goes to."""
    if not message.about:
        raise NothingToSay(_("The row doesn't say what it is about."))
    if message.about == About.STAFF:
        subject, text = message.subject, message.body
        return RenderedMessage(subject, text, copy=text, copy_subject=subject), message.recipient
    if message.about == About.SIGN_IN:
        return _compose_sign_in(message, channel, now)
    if message.about == About.CONFIRM_BOOKING:
        return _compose_confirm_booking(message, channel, now)
    if message.about == About.PAID_IN_VAIN:
        return _compose_payment_in_vain(message, channel)
    rendered = receipt(message, now) if message.about == About.PAID else about_appointment(message, now)
    # Where the client is reached today, whatever the row says: the clinic may have corrected it.
    recipient = channel.address_of(message.client)
    _check_may_go(message, channel, recipient, now)
    return rendered, recipient


def _compose_sign_in(message: OutboundMessage, channel: Channel, now: datetime) -> tuple[RenderedMessage, str]:
    clients = clients_with_contact(message.recipient)
    if message.client_id:  # staff send it to this one of those who share the contact
        clients = [client for client in clients if client.pk == message.client_id]
    portal_settings = PortalSettings.for_site(message.site)
    if not clients:
        raise NothingToSay(_("Nobody with portal access has this email address or mobile."))
    if not portal_settings.enabled:
        raise NothingToSay(_("The portal is off."))
    if message.created_at + settings.SIGN_IN_LINK_LIFETIME <= now:
        raise NothingToSay(_("It was asked for so long ago that nobody waits for it any more."))
    if _asked_too_often(message, now):
        raise NothingToSay(_("This contact asked for a link too often."))
    # To the address that the clinic has stored, never to a look-alike that was typed.
    recipient = channel.address_of(clients[0])
    _check_may_go(message, channel, recipient, now)
    code = new_code() if message.asked_by else ""
    token = mint_sign_in_link(message.recipient, message.site, now, asked_by=message.asked_by, code=code)
    url = link_url(message.site, token)
    return sign_in(message.channel, url, code, message.site, portal_settings, clients), recipient


def _compose_confirm_booking(message: OutboundMessage, channel: Channel, now: datetime) -> tuple[RenderedMessage, str]:
    asked = message.booking_request
    if asked is None or asked.state != asked.State.OPEN or asked.has_lapsed(now):
        raise NothingToSay(_("The booking was made, or nobody waits for it any more."))
    if not BookingSettings.for_site(message.site).enabled:
        raise NothingToSay(_("Online booking is off."))
    # To the address that the clinic has stored, where it knows it, never to a look-alike that was typed.
    known = clients_with_contact(message.recipient)
    recipient = channel.address_of(known[0]) if known else asked.email
    url = link_url(message.site, mint_booking_link(asked, now))
    return confirm_booking(channel.key, asked, url, PortalSettings.for_site(message.site)), recipient


def _compose_payment_in_vain(message: OutboundMessage, channel: Channel) -> tuple[RenderedMessage, str]:
    if message.payment.booking_request is None:
        raise NothingToSay(_("The booking was deleted."))
    recipient = channel.address_of(message.client) if message.client else message.recipient
    return payment_in_vain(message, PortalSettings.for_site(message.site)), recipient


def _check_may_go(message: OutboundMessage, channel: Channel, recipient: str, now: datetime) -> None:
    """Refuse what the channel may not send there, or no more today. Only the first attempt counts towards a budget.

    :raises NothingToSay: for a sign-in link, which somebody may ask for again.
    :raises NotThisWay: beyond what one client is sent a day.
    :raises NotToBeSent: for what a client has to know: staff are told to tell them.
    """
    refuse = NothingToSay if message.about == About.SIGN_IN else NotToBeSent
    named = {"messages": channel.plural, "limit": channel.budgets.to_one_client}
    if not channel.is_set_up():
        raise refuse(_("This site sends no %(messages)s.") % named)
    if why := channel.why_not_to(recipient):
        raise refuse(why)
    if message.attempts > 1:
        return
    if message.about != About.SIGN_IN and not budgets.one_more_to_client(channel, message.client_id, now):
        raise NotThisWay(_("The day’s limit of %(messages)s to one client (%(limit)d) is used up.") % named)
    if not _one_more_of_its_kind(message, channel, now):
        raise refuse(_("The day’s limit of %(messages)s is used up.") % named)


def _one_more_of_its_kind(message: OutboundMessage, channel: Channel, now: datetime) -> bool:
    if message.about == About.REMINDER:
        return budgets.one_more_reminder(channel, message.site_id, now)
    if message.about == About.SIGN_IN and not message.client_id:
        return budgets.one_more_sign_in(channel, message.recipient, message.site_id, now)
    return budgets.one_more_of_the_others(channel, message.site_id, now)


def _asked_too_often(message: OutboundMessage, now: datetime) -> bool:
    if message.client_id or message.attempts > 1:
        return False  # staff send it, and may always; or it is counted already
    return not limits.take_request(message.recipient, message.site, now)


def _dropped(message: OutboundMessage, nothing: NothingToSay, now: datetime) -> str:
    with transaction.atomic():
        _one_by_one(message)
        if delivery_record.record_dropped(message, str(nothing)) and isinstance(nothing, NotThisWay):
            message.last_error = str(nothing)
            _told_to_ring(message, now)
    return OutboundMessage.Status.DROPPED


def _not_sent(message: OutboundMessage, result: SendResult, now: datetime) -> str:
    logger.warning("message %s not sent (attempt %s): %s", message.pk, message.attempts, result.error_code)
    with transaction.atomic():
        _one_by_one(message)
        failed = delivery_record.record_failure(message, now, error=result.error_code, permanent=result.permanent)
        # Whoever typed an address that takes no mail is nobody whom staff could tell anything.
        if failed and message.about not in (About.STAFF, About.CONFIRM_BOOKING):
            message.last_error = result.error_code
            if not _told_to_ring(message, now):
                tell_of_failure(message, portal_settings=PortalSettings.for_site(message.site), now=now)
    return OutboundMessage.Status.FAILED if failed else OutboundMessage.Status.WAITING


def _one_by_one(message: OutboundMessage) -> None:
    """Let the ends of the messages about one event come one after the other, by a write that changes nothing.

    Of an email and a text that fail at the same moment, neither would otherwise know that it was the last hope.
    """
    AppointmentEvent.objects.filter(pk=message.event_id).update(kind=F("kind"))


def _told_to_ring(message: OutboundMessage, now: datetime) -> bool:
    """Where *message* was the last that could have told the client of what they must know, have somebody ring them.

    Return whether somebody is to.
    """
    event = message.event
    if event is None or message.about == About.REMINDER:
        return False
    event.appointment = message.appointment
    if not must_be_told(event, now) or is_told(event):
        return False
    tell_to_ring(event, messages=[message], portal_settings=PortalSettings.for_site(message.site), now=now)
    return True
