"""Is a window before an appointment still open? Pure: plain values and ``now`` in, a verdict out."""

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple


class Reason(Enum):
    DISABLED = "disabled"  # the clinic doesn't offer this online at all
    TOO_LATE = "too late"  # it does, but the deadline has passed


class Verdict(NamedTuple):
    """What the rule says: ``permitted``, else why not; ``deadline`` in UTC where there is one."""

    permitted: bool
    reason: Reason | None
    deadline: datetime | None


def judge(*, enabled: bool, window: timedelta, start: datetime, now: datetime) -> Verdict:
    """Judge an act on an appointment that starts at *start*.

    The window is elapsed time: subtracted in UTC, so that 24 hours over a clock change stay 24 hours.

    :param window: how long before *start* the act is still possible.
    :param start: aware datetime, any zone.
    :param now: aware datetime, any zone.
    """
    if not enabled:
        return Verdict(False, Reason.DISABLED, None)
    deadline = start.astimezone(UTC) - window
    if now.astimezone(UTC) <= deadline:
        return Verdict(True, None, deadline)
    return Verdict(False, Reason.TOO_LATE, deadline)
