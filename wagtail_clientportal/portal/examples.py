"""What the screens' previews show besides diary/example.py. Nothing here is ever saved."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from ..conf import settings
from ..diary.models import Appointment
from ..policies.rules import PolicyRules
from ..practice.models import Client


@dataclass(frozen=True)
class ExampleSession:
    """Looks like a portal session to the screens."""

    client: Client
    appointment: Appointment | None = None
    created_at: datetime = field(default_factory=timezone.now)
    public_id: str = ""

    @property
    def is_full(self) -> bool:
        return self.appointment is None

    @property
    def idle_limit(self) -> timedelta:
        return settings.FULL_SESSION_IDLE if self.is_full else settings.APPOINTMENT_SESSION_IDLE

    @property
    def absolute_limit(self) -> timedelta:
        return settings.FULL_SESSION_ABSOLUTE if self.is_full else settings.APPOINTMENT_SESSION_ABSOLUTE

    @property
    def ends_at(self) -> datetime:
        return self.created_at + self.idle_limit


RULES = PolicyRules(
    changes_enabled=True,
    change_window=timedelta(hours=24),
    cancellations_enabled=True,
    cancellation_window=timedelta(hours=24),
)
