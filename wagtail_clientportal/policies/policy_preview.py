"""A policy as the client will see it, with an example appointment."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..practice.dates import moment_in_words
from ..practice.location import default_timezone
from .cancellation_window import judge_cancellation
from .change_window import judge_change
from .rules import PolicyRules
from .translated import original, translations_of


def example_for(policy, now: datetime) -> dict:
    """Return what the preview says about an example appointment, in words; a deadline is "" where there is none.

    :param policy: a ``PortalPolicy``, perhaps unsaved. Of a translation only the wording counts, so that the windows
        shown are the original's; while that isn't published, nothing is permitted.
    :param now: aware datetime.
    """
    rules = _rules(policy)
    zone = ZoneInfo(default_timezone())
    longest = max(rules.change_window, rules.cancellation_window)
    start = (now + longest + timedelta(days=3)).astimezone(zone).replace(hour=10, minute=0, second=0, microsecond=0)
    change = judge_change(rules, start=start, now=now)
    cancellation = judge_cancellation(rules, start=start, now=now)
    return {
        "when": moment_in_words(start, zone),
        "change_deadline": moment_in_words(change.deadline, zone) if change.deadline else "",
        "cancellation_deadline": moment_in_words(cancellation.deadline, zone) if cancellation.deadline else "",
    }


def _rules(policy) -> PolicyRules:
    translations = translations_of(policy)
    ruling = original(translations) if translations else policy
    if ruling.pk == policy.pk:
        return PolicyRules.of(policy, policy)  # as it is being written
    return PolicyRules.of(ruling, policy) if ruling.live else PolicyRules()
