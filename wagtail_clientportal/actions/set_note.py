"""Write the desk's note on an appointment."""

from ..diary.models import Appointment
from .refusals import ChangedMeanwhile


def set_note(appointment: Appointment, note: str, *, expected: str) -> Appointment:
    """Write *note* (plain text; "" for none) on *appointment*, and return it.

    A note moves nothing and is told to nobody, so no diary is locked for it and no line of history written.

    :param expected: the note as whoever acts saw it.
    :raises ChangedMeanwhile: when it says something else by now.
    """
    if not Appointment.objects.filter(pk=appointment.pk, note=expected).update(note=note.strip()):
        raise ChangedMeanwhile
    appointment.note = note.strip()
    return appointment
