"""A length of time in words, the same for clients and staff."""

from datetime import timedelta

from django.utils.translation import ngettext

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def counts_in_days(length: timedelta) -> bool:
    """Say whether *length* is said in days of 24 hours: whole ones, and more than three.

    Up to three days it is hours: over a clock change 48 hours aren't two days by the clock.
    """
    return length > 3 * DAY and not length % DAY


def minutes_in_words(minutes: int) -> str:
    """Return ``duration_in_words`` of so many minutes."""
    return duration_in_words(minutes * MINUTE)


def duration_in_words(length: timedelta | None) -> str:
    """Return "24 hours", "7 days", "1 hour 30 minutes" ("" without a length).

    :param length: not negative; less than a second of it isn't said.
    """
    if length is None:
        return ""
    if counts_in_days(length):
        return ngettext("%(count)d day", "%(count)d days", length // DAY) % {"count": length // DAY}
    hours, rest = divmod(length, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = rest // SECOND
    parts = []
    if hours:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if minutes or not (hours or seconds):
        parts.append(ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes})
    if seconds:
        parts.append(ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds})
    return " ".join(parts)
