"""What is arranged, one file a subject."""

from .appointment import Appointment
from .appointment_event import AppointmentEvent
from .booking_request import BookingRequest
from .client_message import ClientMessage
from .hold import Hold
from .payment import Payment
from .refund import Refund

__all__ = ["Appointment", "AppointmentEvent", "BookingRequest", "ClientMessage", "Hold", "Payment", "Refund"]
