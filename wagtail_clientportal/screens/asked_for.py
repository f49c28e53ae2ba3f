"""Days and times as an address or a form carries them."""

import re
from datetime import UTC, date, datetime, timedelta

# Further than any clinic's horizon, at which find_free_slots stops by itself.
FAR = timedelta(days=732)

_ISO_8601 = re.compile(r"[0-9TWZ:+.-]{1,40}", re.ASCII)


def parse_start(text: str | None, now: datetime) -> datetime | None:
    """Return the time that an ISO 8601 text with a zone means, in UTC; ``None`` for what can't be a start at all."""
    if not _ISO_8601.fullmatch(text or ""):  # fromisoformat takes any character between date and time
        return None
    try:
        start = datetime.fromisoformat(text)
        start = start.astimezone(UTC) if start.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return start if start and now - FAR < start < now + FAR else None


def parse_day(text: str | None) -> date | None:
    """Return the date that *text* says as "2026-12-01"; ``None`` for anything else."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
