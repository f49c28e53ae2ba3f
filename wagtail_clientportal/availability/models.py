"""Availability, one file a subject."""

from .hours import TimetabledHours, WorkingHours
from .outside_calendar import OutsideBusy, OutsideCalendar
from .time_off import TimeOff
from .time_off_request import TimeOffRequest

__all__ = ["OutsideBusy", "OutsideCalendar", "TimeOff", "TimeOffRequest", "TimetabledHours", "WorkingHours"]
