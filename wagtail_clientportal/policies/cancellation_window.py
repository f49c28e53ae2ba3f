"""How close to its start may a client still cancel an appointment?"""

from datetime import datetime

from .rules import PolicyRules
from .window import Verdict, judge


def judge_cancellation(rules: PolicyRules, *, start: datetime, now: datetime) -> Verdict:
    """Judge a cancellation of an appointment that starts at *start* (aware), made at *now* (aware)."""
    return judge(enabled=rules.cancellations_enabled, window=rules.cancellation_window, start=start, now=now)
