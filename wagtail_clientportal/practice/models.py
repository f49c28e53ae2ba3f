"""People and places, one file each."""

from .appointment_status import AppointmentStatus
from .appointment_type import AppointmentType
from .client import Client
from .client_record import ClientRecord
from .clinician import Clinician
from .location import Location

__all__ = ["AppointmentStatus", "AppointmentType", "Client", "ClientRecord", "Clinician", "Location"]
