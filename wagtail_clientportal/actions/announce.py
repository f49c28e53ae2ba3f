"""What follows every change, before the commit and right after it: who is told, and a signal for the site."""

from datetime import datetime

from django.db import transaction
from django.dispatch import Signal
from wagtail.models import Site

from ..communications.queue import queue_for_client
from ..diary.history import Actor
from ..diary.models import Appointment, AppointmentEvent
from ..notifications.queue import tell_staff
from ..policies.models import PortalSettings


def announce(
    event: AppointmentEvent,
    *,
    actor: Actor,
    site: Site | None,
    settings: PortalSettings,
    signal: Signal,
    tell_client: bool,
    now: datetime,
) -> None:
    """Queue what the client and the staff are told about *event*, and send *signal* once it is committed."""
    if tell_client:
        queue_for_client(event, site=site, now=now)
    tell_staff(event, by_user=actor.user, settings=settings, now=now)
    transaction.on_commit(lambda: signal.send_robust(sender=Appointment, appointment=event.appointment, event=event))
