"""Send one message of the outbox: mint its link, find its words, hand it to its channel, record how it went.

A task of the worker, so it never raises for what a mail server or gateway does: it records that, and tries again later.
"""

import logging
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..access import throttle
from ..access.candidates import clients_with_contact
from ..access.links import link_url, mint_sign_in_link
from ..communications.compose import Letter, NothingToSay, NotYet, about_appointment, sign_in
from ..communications.placeholders import UnknownVariable
from ..communications.reminders import queue_reminders
from ..communications.ways import address
from ..conf import settings
from ..notifications.queue import tell_of_failure
from ..outbox import claims
from ..outbox.backends import email
from ..outbox.backends.result import SendResult
from ..outbox.backends.sms import base as sms
from ..outbox.models import OutboundMessage
from ..outbox.outbound_message import Channel
from ..policies.models import PortalSettings
from ..practice.contact import may_be_texted

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
    for pk in claims.due(now or timezone.now()):
        status = deliver(pk, now=now)
        if status is not None:
            setattr(counts, status, getattr(counts, status) + 1)
    return counts


def deliver(message_id: int, now: datetime | None = None) -> str | None:
    """Deliver the message with this pk, if it is due and nobody else has it.

    :param now: aware datetime; by default the clock.
    :return: the status it has then; ``None`` when there was nothing to do.
    """
    now = now or timezone.now()
    message = claims.take(message_id, now)
    if message is None:
        return None
    if message.attempts > settings.SEND_ATTEMPTS:
        # Whoever took it before died of it each time, and could say nothing.
        return _not_sent(message, SendResult(False, error_code=_("Each attempt was cut off.")), now)
    try:
        letter, recipient = _compose(message, now)
    except NotYet as quiet:
        claims.postponed(message, quiet.until)
        return OutboundMessage.Status.WAITING
    except UnknownVariable as unknown:
        why = _("Its template names “%(word)s”, which no message can say.") % {"word": unknown}
        return _not_sent(message, SendResult(False, error_code=why, permanent=True), now)
    except NotToBeSent as reason:
        return _not_sent(message, SendResult(False, error_code=str(reason), permanent=True), now)
    except NothingToSay as nothing:
        claims.dropped(message, str(nothing))
        return OutboundMessage.Status.DROPPED
    except Exception as error:
        # A fault of ours (a broken template, say) must not lose the message, nor stop the others.
        # Its traceback is logged as text: a report that shows the frames' values would show a live token.
        logger.error("message %s could not be written\n%s", message.pk, traceback.format_exc())
        return _not_sent(message, SendResult(False, error_code=type(error).__name__), now)
    result = _send(message, recipient, letter)
    if not result.ok:
        return _not_sent(message, result, now)
    claims.sent(
        message,
        now,
        recipient=recipient,
        subject=letter.copy_subject,
        body=letter.copy,
        provider_id=result.provider_id,
    )
    logger.info("message %s sent: %s to client %s", message.pk, message.about, message.client_id)
    return OutboundMessage.Status.SENT


def _compose(message: OutboundMessage, now: datetime) -> tuple[Letter, str]:
    """Return the words and the address they go to."""
    if not message.about:
        raise NothingToSay(_("The row doesn't say what it is about."))
    if message.about == About.STAFF:
        return Letter(message.subject, message.body, copy=message.body, copy_subject=message.subject), message.recipient
    if message.about == About.SIGN_IN:
        return _compose_sign_in(message, now)
    letter = about_appointment(message, now)
    # Where the client is reached today, whatever the row says: the clinic may have corrected it.
    recipient = address(message.client, message.channel)
    _check_texts_are_allowed(message, recipient, now)
    return letter, recipient


def _compose_sign_in(message: OutboundMessage, now: datetime) -> tuple[Letter, str]:
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
    if _asked_too_often(message):
        raise NothingToSay(_("This contact asked for a link too often."))
    # To the address that the clinic has stored, never to a look-alike that was typed.
    recipient = address(clients[0], message.channel)
    _check_texts_are_allowed(message, recipient, now)
    url = link_url(message.site, mint_sign_in_link(message.recipient, message.site, now))
    return sign_in(message.channel, url, message.site, portal_settings, now), recipient


def _check_texts_are_allowed(message: OutboundMessage, mobile: str, now: datetime) -> None:
    """Refuse a text that would go abroad or over a budget. Only the first attempt counts towards a budget.

    :raises NothingToSay: for a sign-in link, which somebody may ask for again.
    :raises NotToBeSent: for what a client has to know: staff are told to tell them.
    """
    refuse = NothingToSay if message.about == About.SIGN_IN else NotToBeSent
    if message.channel != Channel.SMS:
        return
    if not sms.is_set_up():
        raise refuse(_("This site sends no texts."))
    if not may_be_texted(mobile, settings.DEFAULT_REGION, settings.SMS_COUNTRY_CODES):
        raise refuse(_("Texts don't go to numbers in that country."))
    if message.attempts > 1:
        return
    budgets = [(f"sms:others:{message.site_id}", settings.SMS_OTHERS_PER_DAY)]
    if message.about == About.REMINDER:
        budgets = [(f"sms:reminders:{message.site_id}", settings.SMS_REMINDERS_PER_DAY)]
    elif message.about == About.SIGN_IN and not message.client_id:
        budgets = [
            (f"sms:sign_in:{mobile}", settings.SMS_SIGN_INS_PER_NUMBER),
            (f"sms:sign_in:site:{message.site_id}", settings.SMS_SIGN_INS_PER_DAY),
        ]
    for key, most in budgets:
        if not throttle.take(key, most=most, period=timedelta(days=1), now=now):
            raise refuse(_("The day's limit of texts is used up."))


def _asked_too_often(message: OutboundMessage) -> bool:
    if message.client_id:
        return False  # staff send it, and may always
    earlier = OutboundMessage.objects.filter(
        about=About.SIGN_IN, recipient=message.recipient, client=None, site=message.site, pk__lt=message.pk
    ).exclude(status=OutboundMessage.Status.DROPPED)
    return any(
        earlier.filter(created_at__gt=message.created_at - period).count() >= most
        for most, period in settings.LINK_REQUESTS_PER_CONTACT
    )


def _send(message: OutboundMessage, recipient: str, letter: Letter) -> SendResult:
    if message.channel == Channel.SMS:
        return sms.send(to=recipient, body=letter.text, key=message.dedupe_key)
    return email.send(
        to=recipient,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        reply_to=letter.reply_to,
        headers=letter.headers,
        attachments=letter.attachments,
    )


def _not_sent(message: OutboundMessage, result: SendResult, now: datetime) -> str:
    logger.warning("message %s not sent (attempt %s): %s", message.pk, message.attempts, result.error_code)
    with transaction.atomic():
        failed = claims.not_sent(message, now, error=result.error_code, permanent=result.permanent)
        if failed and message.about != About.STAFF:
            message.last_error = result.error_code
            tell_of_failure(message, settings=PortalSettings.for_site(message.site), now=now)
    return OutboundMessage.Status.FAILED if failed else OutboundMessage.Status.WAITING
