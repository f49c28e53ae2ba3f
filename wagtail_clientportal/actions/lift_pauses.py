"""Let a client try again whose identity checks, or whose requests for a link, are paused."""

from django.db import transaction
from wagtail.log_actions import log

from ..access import limits
from ..practice import log_codes
from ..practice.models import Client


def lift_pauses(client: Client, *, by) -> None:
    """End what is paused for *client* because it happened too often. Lifting it twice is no different from once.

    Requests are counted by contact: where a family shares one, theirs begin again, too.

    :param by: the staff ``User`` who decides.
    """
    with transaction.atomic():
        client = Client.objects.get(pk=client.pk)
        limits.lift(client)
        log(client, log_codes.PAUSES_LIFTED, user=by)
