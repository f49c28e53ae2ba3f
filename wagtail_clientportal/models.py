"""Every model of the app, by one name. Each lives in the room that its subject has."""

from .access.models import CalendarFeed, MagicLink, PortalSession, Throttle
from .availability.models import (
    OutsideBusy,
    OutsideCalendar,
    TimeOff,
    TimeOffRequest,
    TimetabledHours,
    WorkingHours,
)
from .clearing.models import Clearing, ClearingLine
from .communications.models import CommunicationTemplate
from .diary.models import Appointment, AppointmentEvent, BookingRequest, ClientMessage, Hold, Payment, Refund
from .exchange.models import ImportRun
from .notifications.models import Notification, NotificationPreferences, Trouble
from .outbox.models import Heartbeat, OutboundMessage
from .pages.models import ClientPortalPage, OnlineBookingPage
from .policies.models import BookingSettings, PortalPolicy, PortalSettings
from .practice.models import (
    AbsenceReason,
    AppointmentStatus,
    AppointmentType,
    Client,
    ClientRecord,
    Clinician,
    Location,
)

__all__ = [
    "AbsenceReason",
    "Appointment",
    "AppointmentEvent",
    "AppointmentStatus",
    "AppointmentType",
    "BookingRequest",
    "BookingSettings",
    "CalendarFeed",
    "Clearing",
    "ClearingLine",
    "Client",
    "ClientMessage",
    "ClientPortalPage",
    "ClientRecord",
    "Clinician",
    "CommunicationTemplate",
    "Heartbeat",
    "Hold",
    "ImportRun",
    "Location",
    "MagicLink",
    "Notification",
    "NotificationPreferences",
    "OnlineBookingPage",
    "OutboundMessage",
    "OutsideBusy",
    "OutsideCalendar",
    "Payment",
    "PortalPolicy",
    "PortalSession",
    "PortalSettings",
    "Refund",
    "Throttle",
    "TimeOff",
    "TimeOffRequest",
    "TimetabledHours",
    "Trouble",
    "WorkingHours",
]
