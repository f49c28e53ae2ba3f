"""How long does a portal session last?"""

from datetime import datetime, timedelta

from ..conf import settings


class SessionLimits:
    """Of anything that has ``is_full``, ``created_at`` and ``last_seen_at`` (aware datetimes)."""

    @property
    def idle_limit(self) -> timedelta:
        """How long it lasts while nothing happens."""
        return settings.FULL_SESSION_IDLE if self.is_full else settings.APPOINTMENT_SESSION_IDLE

    @property
    def absolute_limit(self) -> timedelta:
        """How long it lasts in any case."""
        return settings.FULL_SESSION_ABSOLUTE if self.is_full else settings.APPOINTMENT_SESSION_ABSOLUTE

    @property
    def ends_at(self) -> datetime:
        """When it times out if nothing more happens."""
        return min(self.last_seen_at + self.idle_limit, self.created_at + self.absolute_limit)
