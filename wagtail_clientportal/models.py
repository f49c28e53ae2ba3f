"""Every model of the app, by one name. Each lives in the room that its subject has."""

from .access.models import MagicLink, PortalSession, Throttle
from .availability.models import TimeOff, TimetabledHours, WorkingHours
from .communications.models import CommunicationTemplate
from .diary.models import Appointment, AppointmentEvent, ClientMessage, Hold
from .notifications.models import Notification, NotificationPreferences
from .outbox.models import OutboundMessage
from .pages.models import ClientPortalPage
from .policies.models import BookingSettings, PortalPolicy, PortalSettings
from .practice.models import AppointmentStatus, AppointmentType, Client, ClientRecord, Clinician, Location

__all__ = [
    "Appointment",
    "AppointmentEvent",
    "AppointmentStatus",
    "AppointmentType",
    "BookingSettings",
    "Client",
    "ClientMessage",
    "ClientPortalPage",
    "ClientRecord",
    "Clinician",
    "CommunicationTemplate",
    "Hold",
    "Location",
    "MagicLink",
    "Notification",
    "NotificationPreferences",
    "OutboundMessage",
    "PortalPolicy",
    "PortalSession",
    "PortalSettings",
    "Throttle",
    "TimeOff",
    "TimetabledHours",
    "WorkingHours",
]
