"""Whom could a link open?"""

from ..practice.models import Client
from .magic_link import MagicLink


def clients_with_contact(contact: str) -> list[Client]:
    """The clients whom the portal knows under *contact*, the key of an email address or a mobile ("+44…")."""
    if not contact:
        return []
    field = "email_key" if "@" in contact else "mobile_key"
    found = Client.objects.filter(is_active=True, portal_access=True, **{field: contact}).order_by("pk")
    # To MariaDB's usual collations é is e; two addresses that differ in that are two people's.
    return [client for client in found if getattr(client, field) == contact]


def candidates(link: MagicLink) -> list[Client]:
    """The clients that *link* could open: one for an appointment link, everybody who shares the contact otherwise."""
    if link.kind == MagicLink.Kind.APPOINTMENT:
        return [link.client]
    return clients_with_contact(link.contact)
