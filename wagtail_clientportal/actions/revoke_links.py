"""End everything that opens a client's appointments: every link that was sent, every session that is open."""

from datetime import datetime

from django.utils import timezone
from wagtail.log_actions import log

from ..conf import settings
from ..diary.lock_timeout import transaction_waiting_at_most
from ..practice import log_codes
from ..practice.models import Client
from .steps.revoke_access import Revoked, revoke_access


def revoke_links(client: Client, *, by, now: datetime | None = None) -> Revoked:
    """End all links and sessions of *client*. New links can be sent at once.

    A sign-in link belongs to a contact: where a family shares one, it ends for all of them.

    :param by: the staff ``User`` who ends them.
    :param now: aware datetime; by default the clock.
    """
    now = now or timezone.now()
    with transaction_waiting_at_most(settings.LOCK_TIMEOUT):
        revoked = revoke_access(client, now)
        log(client, log_codes.LINKS_REVOKED, user=by, data={"links": revoked.links, "sessions": revoked.sessions})
        return revoked
