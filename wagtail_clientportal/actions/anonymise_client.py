"""Forget who a client was. Their appointments stay in the diary's counts, times and statuses, without a name.

What law or the clinic's own rules want kept is the clinic's to judge, before it asks for this.
"""

from datetime import datetime

from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from ..access.models import MagicLink, PortalSession, Throttle
from ..diary.models import Appointment, ClientMessage
from ..outbox.models import OutboundMessage
from ..practice.models import Client
from .refusals import AlreadyAnonymised, StillExpected
from .revoke_links import end_everything, links_of

# What our own log lines hold: names of fields and numbers, nothing about a person.
_IMPERSONAL = {"fields", "links", "sessions", "channel"}


def anonymise_client(client: Client, *, by, now: datetime | None = None) -> Client:
    """Take from *client* and everything written about them whatever says who they are, and return the client.

    It can't be undone.

    :param by: the staff ``User`` who does it.
    :param now: aware datetime; by default the clock.
    :raises AlreadyAnonymised: there is nothing left to take away.
    :raises StillExpected: appointments to come hold their place.
    """
    now = now or timezone.now()
    with transaction.atomic(), translation.override(django_settings.LANGUAGE_CODE):
        # A write, so that two who ask at once come one after the other.
        if not Client.objects.filter(pk=client.pk, anonymised_at=None).update(contact_version=F("contact_version") + 1):
            raise AlreadyAnonymised
        client = Client.objects.get(pk=client.pk)
        expected = Appointment.objects.filter(client=client, holds_place=True, end__gt=now).count()
        if expected:
            raise StillExpected(appointments=expected)
        # While the contacts are still known by which they are found:
        _forget_ways_in(client, now)
        _forget_communications(client)
        _forget_what_was_written(client)
        _forget_the_person(client, now)
        _forget_in_the_log(client)
        log(client, "clientportal.anonymise", user=by)
        return client


def _forget_ways_in(client: Client, now: datetime) -> None:
    end_everything(client, now)
    contacts = _contacts_of_nobody_else(client)
    MagicLink.objects.filter(links_of(client), contact__in=contacts).delete()
    MagicLink.objects.filter(client=client).update(used_by="")
    PortalSession.objects.filter(client=client).update(address="")
    for contact in contacts:
        Throttle.objects.filter(key__endswith=f":{contact}").delete()


def _forget_communications(client: Client) -> None:
    theirs = OutboundMessage.objects.filter(
        Q(client=client)
        | Q(client=None, appointment__client=client)
        | Q(client=None, about=OutboundMessage.About.SIGN_IN, recipient__in=_contacts_of_nobody_else(client))
    )
    # What staff were told of a failure repeats the mail server's words, which may hold the address.
    once_failed = theirs.filter(Q(status=OutboundMessage.Status.FAILED) | Q(dedupe_key__contains=":again:"))
    for key in once_failed.values_list("dedupe_key", flat=True):
        occasion = f"failed:{key.partition(':again:')[0]}:"
        _erase_words(OutboundMessage.objects.filter(about=OutboundMessage.About.STAFF, dedupe_key__startswith=occasion))
    theirs = OutboundMessage.objects.filter(pk__in=list(theirs.values_list("pk", flat=True)))
    _erase_words(theirs)
    theirs.update(recipient="", provider_id="")


def _erase_words(messages) -> None:
    """Take from *messages* what they say; those that wait are not sent any more."""
    gone = _("The client was anonymised.")
    waiting = messages.filter(status=OutboundMessage.Status.WAITING)
    waiting.update(status=OutboundMessage.Status.DROPPED, last_error=gone)
    messages.exclude(last_error="").update(last_error=gone)
    messages.exclude(body="").update(body=gone)
    messages.update(subject="")


def _forget_what_was_written(client: Client) -> None:
    ClientMessage.objects.filter(client=client).update(body=_("What the client wrote was deleted."))
    Appointment.objects.filter(client=client).update(external_ref="")


def _forget_the_person(client: Client, now: datetime) -> None:
    client.first_name, client.last_name = pgettext("first name", "Anonymised"), pgettext("last name", "client")
    client.email = client.mobile = client.postcode = client.external_ref = client.portal_access_reason = ""
    client.date_of_birth = None
    client.email_opt_in = client.sms_opt_in = client.is_active = client.portal_access = False
    client.anonymised_at = now
    client.save()


def _forget_in_the_log(client: Client) -> None:
    entries = ModelLogEntry.objects.for_instance(client)
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
