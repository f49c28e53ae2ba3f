"""What opens a client's appointments: the links that were sent, the sessions that are open; and how they end."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from ...access.feeds import client_feeds
from ...access.models import MagicLink, PortalSession
from ...practice.models import Client


@dataclass(frozen=True)
class Revoked:
    """How many were ended that had not ended by themselves."""

    links: int
    sessions: int


def revoke_access(client: Client, now: datetime) -> Revoked:
    """End all links, sessions and calendar feeds of *client*, within a transaction; nothing is logged."""
    # First of all, so that a session which begins at this moment carries a version that is over.
    Client.objects.filter(pk=client.pk).update(contact_version=F("contact_version") + 1)
    links = MagicLink.objects.filter(links_of(client), revoked_at=None)
    counted = links.filter(expires_at__gt=now, used_at=None).count()
    links.update(revoked_at=now)
    sessions = PortalSession.objects.filter(client=client, ended_at=None).select_related("client", "site")
    open_now = sum(not session.has_timed_out(now) for session in sessions)
    sessions.update(ended_at=now)
    client_feeds(client).delete()
    return Revoked(links=counted, sessions=open_now)


def links_of(client: Client) -> Q:
    """Which links lead to *client*: those to their appointments, and the sign-in links sent to their contacts."""
    contacts = [key for key in Client.objects.values_list("email_key", "mobile_key").get(pk=client.pk) if key]
    return Q(client=client) | Q(kind=MagicLink.Kind.SIGN_IN, contact__in=contacts)
