"""End the links to one appointment, and the sessions that they opened."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from ..access.models import MagicLink, PortalSession
from ..diary.models import Appointment


def revoke_appointment_links(appointment: Appointment, *, by, now: datetime | None = None) -> int:
    """Revoke every link to *appointment* that could still be used, and return how many there were.

    Whoever is signed in for this appointment alone is signed out.

    :param by: the staff ``User`` who does it.
    :param now: aware datetime; by default the clock.
    """
    now = now or timezone.now()
    with transaction.atomic():
        links = MagicLink.objects.filter(appointment=appointment, revoked_at=None, expires_at__gt=now)
        revoked = links.update(revoked_at=now)
        PortalSession.objects.filter(appointment=appointment, ended_at=None).update(ended_at=now)
        log(
            instance=appointment.client,
            action="clientportal.revoke_appointment_links",
            user=by,
            data={"appointment": appointment.pk, "links": revoked},
        )
    return revoked
