"""How close to its start may a client still change an appointment?"""

from datetime import datetime

from .rules import PolicyRules
from .window import Verdict, judge


def judge_change(rules: PolicyRules, *, start: datetime, now: datetime) -> Verdict:
    """Judge a change of an appointment that starts at *start* (aware), made at *now* (aware)."""
    return judge(enabled=rules.changes_enabled, window=rules.change_window, start=start, now=now)
