"""What was sent to a client, or should have been."""

from django.db.models import Q, QuerySet

from ..practice.models import Client
from .outbound_message import OutboundMessage


def sent_to_client(client: Client) -> QuerySet[OutboundMessage]:
    """Return the messages to *client*, and the links asked for with their contact, which name nobody; with the places
    of the appointments that they are about fetched along.
    """
    contacts = {client.email, client.email_key, client.mobile_key} - {""}
    asked_for = Q(client=None, about__in=OutboundMessage.LINKS, recipient__in=contacts)
    return OutboundMessage.objects.filter(Q(client=client) | asked_for).select_related("appointment__location")
