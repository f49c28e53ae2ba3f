"""Whom could a link open?"""

from django.db.models import Q, QuerySet

from ..practice.models import Client
from .magic_link import MagicLink


def clients_with_contact(contact: str) -> QuerySet[Client]:
    """The clients whom the portal knows under *contact*, the key of an email address or a mobile ("+44…")."""
    if not contact:
        return Client.objects.none()
    reached = Q(email_key=contact) if "@" in contact else Q(mobile_key=contact)
    return Client.objects.filter(reached, is_active=True, portal_access=True).order_by("pk")


def candidates(link: MagicLink) -> list[Client]:
    """The clients that *link* could open: one for an appointment link, everybody who shares the contact otherwise."""
    if link.kind == MagicLink.Kind.APPOINTMENT:
        return [link.client]
    return list(clients_with_contact(link.contact))
