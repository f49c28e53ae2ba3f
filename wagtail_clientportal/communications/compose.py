"""The words of a message to a client, made when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from wagtail.models import Site
from wagtail.rich_text import expand_db_html

from ..access.links import inert_url
from ..conf import settings
from ..diary.example import Example
from ..diary.models import Appointment, AppointmentEvent
from ..outbox.models import OutboundMessage
from ..outbox.outbound_message import Channel
from ..policies.models import PortalSettings
from ..policies.portal_address import portal_url
from ..policies.translated import translations_of, worded
from .applicable import sign_in_template
from .communication_template import CommunicationTemplate
from .email_layout import render_email
from .icalendar_file import message_calendar, sequence_of
from .permitted_variables import LINKS
from .placeholders import UnknownVariable, fill_html, fill_text, names_in_html
from .plain_text import plain_text
from .unsubscribe import unsubscribe_url
from .variables import VARIABLES, InertLinks, Links, Subject
from .ways import undisturbed, why_not
from .words import Words, sign_in_words

About = OutboundMessage.About
_WITH_CALENDAR = {About.BOOKED, About.BOOKED_ONLINE, About.CHANGED, About.CANCELLED}


class NothingToSay(Exception):
    """The message would be wrong or useless by now; the text says why, for staff."""


class NotYet(Exception):
    """The client isn't to be disturbed before ``until`` (aware)."""

    def __init__(self, until: datetime):
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Letter:
    """A message ready to go. ``copy`` and ``copy_subject`` are what is kept of it: the text without its links.

    ``attachments`` are triples of file name, content and MIME type.
    """

    subject: str
    text: str
    html: str = ""
    copy: str = ""
    copy_subject: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: tuple[tuple[str, str, str], ...] = ()


def about_appointment(message: OutboundMessage, now: datetime) -> Letter:
    """Compose the message about an event in an appointment's history, or the reminder of an appointment.

    :param now: aware datetime.
    :raises NothingToSay: when it has become wrong or useless, or the client doesn't want it any more.
    :raises NotYet: in the location's quiet hours.
    :raises UnknownVariable: when its template names what no message can say.
    """
    _check_is_worth_saying(message, now)
    if message.event is not None and (until := undisturbed(message.about, message.event, now)) > now:
        raise NotYet(until)
    appointment, site = message.appointment, message.appointment.location.portal_site
    with translation.override(_language(site)):
        words = _words_of(message.template)
        links = Links(now)
        subject = Subject(appointment, now, links)
        unsubscribe = unsubscribe_url(message.client, site) if message.about == About.REMINDER else ""
        return _letter(
            words,
            lambda name: _value(name, subject),
            settings=subject.settings,
            site=site,
            appointment=appointment,
            event=message.event if message.about in _WITH_CALENDAR else None,
            unsubscribe=unsubscribe if message.channel == Channel.EMAIL else "",
            secrets=links.minted.values,
            now=now,
        )


def sign_in(channel: str, url: str, site: Site, portal_settings: PortalSettings, now: datetime) -> Letter:
    """Compose the message that carries a sign-in link. It names nobody: a contact may be shared."""
    with translation.override(_language(site)):
        template = sign_in_template(channel)
        # A link that somebody asked for is always sent, whatever became of the template.
        words = _words_of(template) if template else sign_in_words(channel)
        return _letter(
            words,
            _sign_in_value(url, site, portal_settings),
            settings=portal_settings,
            site=site,
            secrets=lambda: [url],
            now=now,
        )


def example(template: CommunicationTemplate, site: Site | None, now: datetime) -> Letter:
    """Compose *template* as a client would get it, about an example client. Its link opens nothing."""
    portal_settings = PortalSettings.for_site(site)
    words = Words(template.channel, template.subject, template.body)
    with translation.override(template.locale.language_code if template.locale_id else _language(site)):
        if template.event == About.SIGN_IN:
            value = _sign_in_value(inert_url(site), site, portal_settings)
            return _letter(words, value, settings=portal_settings, site=site, secrets=list, now=now)
        appointment = Example(now, portal_settings).appointment
        appointment.location = template.location or appointment.location
        appointment.appointment_type = template.appointment_type or appointment.appointment_type
        subject = Subject(appointment, now, InertLinks())
        return _letter(
            words,
            lambda name: VARIABLES[name].value(subject),
            settings=portal_settings,
            site=site,
            appointment=appointment,
            unsubscribe=inert_url(site) if template.is_reminder and template.channel == Channel.EMAIL else "",
            secrets=list,
            now=now,
        )


def _check_is_worth_saying(message: OutboundMessage, now: datetime) -> None:
    appointment = message.appointment
    if message.template is None:
        raise NothingToSay(_("Its template was deleted."))
    if not message.template.live:
        raise NothingToSay(_("Its template is not published any more."))
    if reason := why_not(message.client, message.channel):
        raise NothingToSay(reason)
    if appointment.end <= now:
        raise NothingToSay(_("The appointment is over."))
    if message.about == About.REMINDER and appointment.start <= now:
        raise NothingToSay(_("The appointment has begun."))
    if message.about == About.CANCELLED:
        if appointment.holds_place:
            raise NothingToSay(_("The appointment stands again."))
    elif message.about != About.STATUS_CHANGED and not appointment.holds_place:
        raise NothingToSay(_("The appointment was cancelled."))
    if _is_overtaken(message):
        raise NothingToSay(_("A newer message says how things are now."))


def _is_overtaken(message: OutboundMessage) -> bool:
    """Whether something newer is said by the same channel: about a later event, or a reminder nearer to the start."""
    newer = OutboundMessage.objects.filter(appointment_id=message.appointment_id, channel=message.channel).exclude(
        status=OutboundMessage.Status.DROPPED
    )
    if message.about == About.REMINDER:
        moved_since = AppointmentEvent.objects.filter(
            appointment_id=message.appointment_id,
            kind__in=[AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED],
            pk__gt=message.event_id,
        )
        nearer = newer.filter(about=About.REMINDER, template__send_before__lt=message.template.send_before)
        return moved_since.exists() or nearer.filter(event_id=message.event_id).exists()
    # News of a status doesn't say when and where, so it overtakes nothing but older news of a status.
    silent = [About.REMINDER] if message.about == About.STATUS_CHANGED else [About.REMINDER, About.STATUS_CHANGED]
    return newer.filter(event_id__gt=message.event_id).exclude(about__in=silent).exists()


def _language(site: Site | None) -> str:
    """A clinic writes in the language of its site."""
    return site.root_page.locale.language_code if site else translation.get_language()


def _words_of(template: CommunicationTemplate) -> Words:
    read = worded(translations_of(template))
    # Which channel it is, the original says.
    return Words(template.channel, read.subject, read.body)


def _value(name: str, subject: Subject) -> str:
    """The value of a variable; no link leads to a portal that is off."""
    if name in ("next_appt_link", "next_appt_url") and not subject.settings.enabled:
        return ""
    return VARIABLES[name].value(subject)


def _sign_in_value(url: str, site: Site, portal_settings: PortalSettings) -> Callable[[str], str]:
    values = {
        "sign_in_url": url,
        "sign_in_link": format_html('<a href="{}">{}</a>', url, _("See your appointments")),
        "sign_in_minutes": str(round(settings.SIGN_IN_LINK_LIFETIME.total_seconds() / 60)),
        "clinic_name": portal_settings.display_name,
        "clinic_phone": portal_settings.phone,
        "portal_url": portal_url(site),
    }
    return values.__getitem__


def _letter(
    words: Words,
    value: Callable[[str], str],
    *,
    settings: PortalSettings,
    site: Site | None,
    secrets: Callable,
    now: datetime,
    appointment: Appointment | None = None,
    event: AppointmentEvent | None = None,
    unsubscribe: str = "",
) -> Letter:
    """Put everything together.

    :param value: gives the value of a variable; ``KeyError`` for a name it doesn't know.
    :param secrets: gives, once the words are filled in, the URLs that no copy may hold.
    :param event: what a calendar file is to be about; ``None`` for no such file.
    :param unsubscribe: URL by which the client ends such emails; "" for none.
    """

    def known(name: str) -> str:
        try:
            known_value = value(name)
        except KeyError:
            raise UnknownVariable(name) from None
        # The layout makes a button of it where it has a paragraph to itself.
        return _as_button(known_value) if name in LINKS else known_value

    if words.channel == Channel.SMS:
        text = fill_text(words.body, known)
        if not text:
            raise NothingToSay(_("The message would be empty."))
        return Letter("", text, copy=_without(secrets(), text))
    subject = " ".join(fill_text(words.subject, known).split()) or settings.display_name
    body = fill_html(expand_db_html(words.body), known)
    html = render_email(
        body,
        subject=subject,
        settings=settings,
        location=appointment.location if appointment else None,
        base_url=site.root_url if site else "",
        unsubscribe_url=unsubscribe,
    )
    text = plain_text(html)
    return Letter(
        subject,
        text,
        html,
        copy=_without([*secrets(), unsubscribe], text),
        copy_subject=_without(secrets(), subject),
        reply_to=settings.email,
        headers=_unsubscribe_headers(unsubscribe),
        attachments=(_calendar(words, appointment, event, settings, now),) if event else (),
    )


def _calendar(words: Words, appointment: Appointment, event: AppointmentEvent, settings: PortalSettings, now: datetime):
    """The client's calendar follows: one entry for an appointment, whatever becomes of it.

    It says no more than the message does.
    """
    said = names_in_html(words.body)
    cancelled = event.kind == AppointmentEvent.Kind.CANCELLED
    content = message_calendar(
        appointment,
        settings,
        cancelled=cancelled,
        sequence=sequence_of(appointment, event),
        now=now,
        with_location=bool(said & {"location_name", "location_address"}),
        with_clinician="clinician_name" in said,
    )
    return "appointment.ics", content, f"text/calendar; method={'CANCEL' if cancelled else 'REQUEST'}; charset=utf-8"


def _as_button(link: str) -> str:
    return mark_safe(link.replace("<a ", '<a class="cp-button" ', 1))  # noqa: S308 it was made by format_html


def _unsubscribe_headers(url: str) -> dict[str, str]:
    # RFC 8058: the mail program posts to the address by itself when its reader asks for it.
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url else {}


def _without(urls, text: str) -> str:
    for url in filter(None, urls):
        text = text.replace(url, "[link]")
    return text
