"""End everything that opens a client's appointments: every link that was sent, every session that is open."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from wagtail.log_actions import log

from ..access.models import MagicLink, PortalSession
from ..practice.models import Client


@dataclass(frozen=True)
class Revoked:
    """How many were ended that had not ended by themselves."""

    links: int
    sessions: int


def revoke_links(client: Client, *, by, now: datetime | None = None) -> Revoked:
    """End all links and sessions of *client*. New links can be sent at once.

    A sign-in link belongs to a contact: where a family shares one, it ends for all of them.

    :param by: the staff ``User`` who ends them.
    :param now: aware datetime; by default the clock.
    """
    now = now or timezone.now()
    with transaction.atomic():
        revoked = end_everything(client, now)
        log(client, "clientportal.revoke_links", user=by, data={"links": revoked.links, "sessions": revoked.sessions})
        return revoked


def end_everything(client: Client, now: datetime) -> Revoked:
    """Do it, within a transaction; nothing is logged."""
    # First of all, so that a session which begins at this moment carries a version that is over.
    Client.objects.filter(pk=client.pk).update(contact_version=F("contact_version") + 1)
    links = MagicLink.objects.filter(links_of(client), revoked_at=None)
    counted = links.filter(expires_at__gt=now, used_at=None).count()
    links.update(revoked_at=now)
    sessions = PortalSession.objects.filter(client=client, ended_at=None).select_related("client", "site")
    open_now = sum(not session.has_timed_out(now) for session in sessions)
    sessions.update(ended_at=now)
    return Revoked(links=counted, sessions=open_now)


def links_of(client: Client) -> Q:
    """Which links lead to *client*: those to their appointments, and the sign-in links sent to their contacts."""
    contacts = [key for key in Client.objects.values_list("email_key", "mobile_key").get(pk=client.pk) if key]
    return Q(client=client) | Q(kind=MagicLink.Kind.SIGN_IN, contact__in=contacts)
