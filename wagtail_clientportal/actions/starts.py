"""Which start times make sense at all, whoever asks."""

from datetime import UTC, datetime

from django.utils.timezone import is_aware

from .refusals import SlotNotOffered


def whole_minute(start: datetime) -> datetime:
    """Return *start* in UTC.

    :raises SlotNotOffered: when it isn't a whole minute, or is naive: a time without a zone is nobody's time.
    """
    if not is_aware(start) or start.second or start.microsecond:
        raise SlotNotOffered
    return start.astimezone(UTC)
