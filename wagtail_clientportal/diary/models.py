"""What is arranged, one file a subject."""

from .appointment import Appointment
from .appointment_event import AppointmentEvent
from .client_message import ClientMessage
from .hold import Hold

__all__ = ["Appointment", "AppointmentEvent", "ClientMessage", "Hold"]
