"""Forget who a client was. Their appointments stay in the diary's counts, times and statuses, without a name.

What law or the clinic's own rules want kept is the clinic's to judge, before it asks for this.
"""

from datetime import datetime

from django.conf import settings as django_settings
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import log

from ..access import limits
from ..access.models import MagicLink, PortalSession
from ..conf import settings
from ..diary.lock_timeout import transaction_waiting_at_most
from ..diary.models import Appointment, AppointmentEvent, BookingRequest, ClientMessage, Payment, Refund
from ..notifications.models import Notification
from ..outbox import dedupe_keys
from ..outbox.models import OutboundMessage
from ..practice import log_codes
from ..practice.models import Client, ClientLogEntry
from .refusals import AlreadyAnonymised, StillExpected
from .steps.forget import forget_the_person
from .steps.revoke_access import links_of, revoke_access

# What our own log lines hold: names of fields and numbers, nothing about a person.
_IMPERSONAL = {"fields", "links", "sessions", "channel", "client"}

# Messages that may name no client, but only where they went
_BY_CONTACT = (*OutboundMessage.LINKS, OutboundMessage.About.PAID_IN_VAIN)


def anonymise_client(client: Client, *, by, now: datetime | None = None) -> Client:
    """Take from *client* and everything written about them whatever says who they are, and return the client.

    It can't be undone.

    :param by: the staff ``User`` who does it.
    :param now: aware datetime; by default the clock.
    :raises AlreadyAnonymised: there is nothing left to take away.
    :raises StillExpected: appointments to come hold their place.
    """
    now = now or timezone.now()
    with transaction_waiting_at_most(settings.LOCK_TIMEOUT), translation.override(django_settings.LANGUAGE_CODE):
        # A write, so that two who ask at once come one after the other.
        if not Client.objects.filter(pk=client.pk, anonymised_at=None).update(contact_version=F("contact_version") + 1):
            raise AlreadyAnonymised
        client = Client.objects.get(pk=client.pk)
        expected = Appointment.objects.filter(client=client, holds_place=True, end__gt=now).count()
        if expected:
            raise StillExpected(appointments=expected)
        # While the contacts are still known by which they are found:
        _forget_access(client, now)
        _forget_communications(client, now)
        _forget_what_was_written(client)
        _forget_notes_about_money(client)
        forget_the_person(client, pgettext("first name", "Anonymised"), pgettext("last name", "client"), now)
        _forget_in_the_log(client)
        log(client, log_codes.ANONYMISED, user=by)
        return client


def _forget_access(client: Client, now: datetime) -> None:
    revoke_access(client, now)
    contacts = _contacts_of_nobody_else(client)
    MagicLink.objects.filter(links_of(client), contact__in=contacts).delete()
    MagicLink.objects.filter(client=client).update(used_by_cookie_hash="")
    PortalSession.objects.filter(client=client).update(address="", begun_by_cookie_hash="")
    for contact in contacts:
        limits.forget_requests(contact)


def _forget_communications(client: Client, now: datetime) -> None:
    theirs = OutboundMessage.objects.filter(
        Q(client=client)
        | Q(client=None, appointment__client=client)
        | Q(client=None, about__in=_BY_CONTACT, recipient__in=_contacts_of_nobody_else(client))
    )
    # What staff were told of a failure repeats the mail server's words, which may hold the address.
    to_staff = OutboundMessage.objects.filter(about=OutboundMessage.About.STAFF)
    for key, status in theirs.values_list("dedupe_key", "status"):
        if status == OutboundMessage.Status.FAILED or dedupe_keys.is_again(key):
            _erase_words(to_staff.filter(dedupe_key__startswith=dedupe_keys.start_of_failures(key)))
    theirs = OutboundMessage.objects.filter(pk__in=list(theirs.values_list("pk", flat=True)))
    _erase_words(theirs)
    theirs.update(recipient="", provider_id="")
    # Nobody can ring them any more.
    Notification.objects.filter(client=client, kind__in=Notification.TO_DO, read_at=None).update(read_at=now)


def _erase_words(messages) -> None:
    """Take from *messages* what they say; those that wait are not sent any more."""
    gone = _("The client was anonymised.")
    waiting = messages.filter(status=OutboundMessage.Status.WAITING)
    waiting.update(status=OutboundMessage.Status.DROPPED, last_error=gone)
    messages.exclude(last_error="").update(last_error=gone)
    messages.exclude(body="").update(body=gone)
    messages.update(subject="")


def _forget_what_was_written(client: Client) -> None:
    BookingRequest.objects.filter(Q(client=client) | Q(appointment__client=client)).delete()
    ClientMessage.objects.filter(client=client).update(body=_("What the client wrote was deleted."))
    AppointmentEvent.objects.filter(appointment__client=client).exclude(words="", reason=None).update(
        words="", reason=None
    )
    Appointment.objects.filter(client=client).update(external_ref="", note="")


def _forget_notes_about_money(client: Client) -> None:
    """Amounts stay, as the clinic's books need them; so does what the provider calls a payment, which is in the bank's
    statements."""
    theirs = Payment.objects.filter(client=client)
    theirs.filter(method__in=Payment.BY_HAND).update(reference="")
    theirs.update(provider_data={})
    Refund.objects.filter(payment__client=client).update(note="")


def _forget_in_the_log(client: Client) -> None:
    entries = ClientLogEntry.objects.about(client)
    entries.exclude(label=str(client)).update(label=str(client))
    for entry in list(entries.exclude(data={})):
        kept = {key: value for key, value in entry.data.items() if key in _IMPERSONAL}
        if kept != entry.data:
            entries.filter(pk=entry.pk).update(data=kept)


def _contacts_of_nobody_else(client: Client) -> list[str]:
    """Their email address and mobile, however written, but for those that another client has too."""
    others = Client.objects.exclude(pk=client.pk)
    contacts = []
    if client.email_key and not others.filter(email_key=client.email_key).exists():
        contacts += {client.email_key, client.email}
    if client.mobile_key and not others.filter(mobile_key=client.mobile_key).exists():
        contacts += {client.mobile_key}
    return contacts
