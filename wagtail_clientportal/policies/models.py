"""Switches, windows and wording, one file a model."""

from .booking_settings import BookingSettings
from .portal_policy import PortalPolicy
from .portal_settings import PortalSettings

__all__ = ["BookingSettings", "PortalPolicy", "PortalSettings"]
