"""Signals for a *site's* own receivers, sent after the change is committed.

The app's rooms never listen to these: they call each other by name. Each is sent
with ``sender=Appointment`` and the keyword arguments ``appointment`` and ``event``
(the ``AppointmentEvent`` just written).
"""

from django.dispatch import Signal

appointment_booked = Signal()
appointment_changed = Signal()
appointment_cancelled = Signal()
appointment_status_changed = Signal()
