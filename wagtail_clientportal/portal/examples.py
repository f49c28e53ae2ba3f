"""What the screens' previews show besides diary/example.py. Nothing here is ever saved."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from ..access.session_limits import SessionLimits
from ..diary.models import Appointment
from ..policies.rules import PolicyRules
from ..practice.models import Client


@dataclass(frozen=True)
class ExampleSession(SessionLimits):
    """Looks like a portal session to the screens."""

    client: Client
    appointment: Appointment | None = None
    created_at: datetime = field(default_factory=timezone.now)
    public_id: str = ""

    @property
    def is_full(self) -> bool:
        return self.appointment is None

    @property
    def last_seen_at(self) -> datetime:
        return self.created_at


RULES = PolicyRules(
    changes_enabled=True,
    change_window=timedelta(hours=24),
    cancellations_enabled=True,
    cancellation_window=timedelta(hours=24),
)
