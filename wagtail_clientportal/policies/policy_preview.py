"""A policy as the client will see it, with an example appointment."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from wagtail.models import Locale

from ..practice.dates import moment_in_words
from ..practice.location import default_timezone
from .cancellation_window import judge_cancellation
from .change_window import judge_change
from .rules import PolicyRules


def example_for(policy, now: datetime) -> dict:
    """Return what the preview says about an example appointment, in words; a deadline is "" where there is none.

    :param policy: a ``PortalPolicy``, perhaps unsaved. Of a translation only the wording counts, so that the windows
        shown are the original's.
    :param now: aware datetime.
    """
    original = _original(policy)
    zone = ZoneInfo(default_timezone())
    longest = max(original.change_window, original.cancellation_window)
    start = (now + longest + timedelta(days=3)).astimezone(zone).replace(hour=10, minute=0, second=0, microsecond=0)
    rules = PolicyRules(
        changes_enabled=original.changes_enabled,
        change_window=original.change_window,
        cancellations_enabled=original.cancellations_enabled,
        cancellation_window=original.cancellation_window,
    )
    change = judge_change(rules, start=start, now=now)
    cancellation = judge_cancellation(rules, start=start, now=now)
    return {
        "when": moment_in_words(start, zone),
        "change_deadline": moment_in_words(change.deadline, zone) if change.deadline else "",
        "cancellation_deadline": moment_in_words(cancellation.deadline, zone) if cancellation.deadline else "",
    }


def _original(policy):
    default = Locale.get_default()
    if policy.locale_id in (None, default.pk):
        return policy
    translations = type(policy).objects.filter(translation_key=policy.translation_key, locale=default, live=True)
    return translations.first() or policy
