"""End the links to one appointment, and the sessions that they opened."""

from datetime import datetime

from django.utils import timezone
from wagtail.log_actions import log

from ..access.models import MagicLink, PortalSession
from ..conf import settings
from ..diary.lock_timeout import transaction_waiting_at_most
from ..diary.models import Appointment
from ..practice import log_codes


def revoke_appointment_links(appointment: Appointment, *, by, now: datetime | None = None) -> int:
    """Revoke every link to *appointment* that could still be used, and return how many there were.

    Whoever is signed in for this appointment alone is signed out.

    :param by: the staff ``User`` who does it.
    :param now: aware datetime; by default the clock.
    """
    now = now or timezone.now()
    with transaction_waiting_at_most(settings.LOCK_TIMEOUT):
        links = MagicLink.objects.filter(appointment=appointment, revoked_at=None, expires_at__gt=now)
        revoked = links.update(revoked_at=now)
        PortalSession.objects.filter(appointment=appointment, ended_at=None).update(ended_at=now)
        log(
            instance=appointment.client,
            action=log_codes.APPOINTMENT_LINKS_REVOKED,
            user=by,
            data={"appointment": appointment.pk, "links": revoked},
        )
    return revoked
