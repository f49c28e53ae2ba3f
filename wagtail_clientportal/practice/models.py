"""People and places, one file each."""

from .absence_reason import AbsenceReason
from .appointment_status import AppointmentStatus
from .appointment_type import AppointmentType
from .client import Client
from .client_log_entry import ClientLogEntry
from .client_record import ClientRecord
from .clinician import Clinician
from .location import Location

__all__ = [
    "AbsenceReason",
    "AppointmentStatus",
    "AppointmentType",
    "Client",
    "ClientLogEntry",
    "ClientRecord",
    "Clinician",
    "Location",
]
