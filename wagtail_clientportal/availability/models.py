"""Availability, one file a subject."""

from .hours import TimetabledHours, WorkingHours
from .time_off import TimeOff

__all__ = ["TimeOff", "TimetabledHours", "WorkingHours"]
