"""Which start times make sense at all, whoever asks."""

from datetime import UTC, datetime

from django.utils.timezone import is_aware

from ..refusals import SlotNotOffered


def whole_minute(start: datetime) -> datetime:
    """Return *start* in UTC.

    :raises SlotNotOffered: when it isn't a whole minute, or is naive: a time without a zone is nobody's time.
    """
    if not is_aware(start):
        raise SlotNotOffered
    in_utc = start.astimezone(UTC)  # an offset may have seconds, too
    if in_utc.second or in_utc.microsecond:
        raise SlotNotOffered
    return in_utc
