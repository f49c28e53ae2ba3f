"""What the clinic did to an appointment, its client has to hear. Do they, or does somebody have to ring?"""

from datetime import datetime

from ..diary.models import AppointmentEvent
from ..outbox.models import OutboundMessage

_MOVES = (AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.CHANGED, AppointmentEvent.Kind.CANCELLED)
_SENT_OR_WAITING = (OutboundMessage.Status.SENT, OutboundMessage.Status.WAITING)


def must_be_told(event: AppointmentEvent, now: datetime) -> bool:
    """Whether the client would come at a wrong time if they didn't hear of *event*.

    What clients did themselves they know, and what has begun it is too late for.

    :param now: aware datetime.
    """
    by_the_clinic = event.by_kind != AppointmentEvent.By.CLIENT
    is_moved_or_cancelled = event.kind in (AppointmentEvent.Kind.CHANGED, AppointmentEvent.Kind.CANCELLED)
    return by_the_clinic and is_moved_or_cancelled and event.appointment.start > now


def is_told(event: AppointmentEvent) -> bool:
    """Whether some message about *event* reached the client or still may, or it is overtaken.

    A later event is told, or not, for its own part.
    """
    later = AppointmentEvent.objects.filter(appointment=event.appointment_id, kind__in=_MOVES, pk__gt=event.pk)
    about_it = OutboundMessage.objects.filter(event=event, client__isnull=False, status__in=_SENT_OR_WAITING)
    return about_it.exclude(about=OutboundMessage.About.REMINDER).exists() or later.exists()
