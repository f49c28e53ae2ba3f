"""What was an appointment before it was moved? As far as its client has heard of it."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from ..diary.from_and_to import RecordedState, from_and_to
from ..diary.models import Appointment, AppointmentEvent
from ..outbox.models import OutboundMessage
from ..practice.dates import moment_in_words


def before_change(message: OutboundMessage) -> RecordedState | None:
    """Return how the appointment stood before the change that *message* tells of; ``None`` where it tells of none.

    Of several changes, one after the other, the last alone is told: then it is how it stood before the first of them.
    """
    event = message.event
    if event is None or event.kind != AppointmentEvent.Kind.CHANGED:
        return None
    rows = OutboundMessage.objects.filter(event=OuterRef("pk"), channel=message.channel, about=message.about)
    sent = rows.filter(status=OutboundMessage.Status.SENT)
    earlier = AppointmentEvent.objects.filter(appointment=event.appointment_id, kind=event.kind, pk__lt=event.pk)
    first = event
    for one in earlier.annotate(is_overtaken=Exists(rows) & ~Exists(sent)).order_by("-pk"):
        if not one.is_overtaken:
            break
        first = one
    return from_and_to(first)[0]


def in_words(before: RecordedState, appointment: Appointment) -> str:
    """Return what of *before* isn't so any more, in the active language; "" where all of it still is."""
    parts = []
    if before.start and (before.start != appointment.start or before.zone != appointment.location.zone):
        parts.append(moment_in_words(before.start, before.zone))
    if before.clinician and before.clinician != appointment.clinician:
        parts.append(_("with %(clinician)s") % {"clinician": before.clinician.name})
    if before.location and before.location != appointment.location:
        parts.append(before.location.name)
    return ", ".join(parts)
