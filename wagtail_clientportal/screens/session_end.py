"""When a client will be signed out, as the page and its script say it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..access.models import PortalSession
from ..conf import settings
from ..practice.durations import duration_in_words


@dataclass(frozen=True)
class SessionEnd:
    """The end of a session, seen from the moment a page was made. Lengths are whole seconds."""

    key: str  # which session: tabs of one browser tell each other when it was used
    seconds_left: int
    warning_seconds: int  # how long before the end the page says so
    is_final: bool  # whether it can't be put off any more
    idle: str  # in words
    absolute: str  # in words

    @classmethod
    def of(cls, session: PortalSession, now: datetime) -> "SessionEnd":
        left = max(timedelta(0), session.ends_at - now)
        return cls(
            key=str(session.public_id),
            seconds_left=int(left.total_seconds()),
            warning_seconds=int(min(settings.SESSION_WARNING, session.idle_limit / 2).total_seconds()),
            is_final=session.created_at + session.absolute_limit <= now + session.idle_limit,
            idle=duration_in_words(session.idle_limit),
            absolute=duration_in_words(session.absolute_limit),
        )
