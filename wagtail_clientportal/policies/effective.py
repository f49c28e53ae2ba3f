"""Which policy applies, and in which words?"""

from .portal_settings import PortalSettings
from .rules import PolicyRules
from .translated import original, translations_of, worded


def effective_rules(appointment_type, settings: PortalSettings) -> PolicyRules:
    """Return the rules for an appointment of *appointment_type*: the type's own policy, else the site's default.

    Windows, switches and status come from the policy's original, the wording from its translation into the active
    language where one is live. A policy that is missing or not live permits nothing.
    """
    policy = appointment_type.policy or settings.default_policy
    if policy is None:
        return PolicyRules()
    translations = translations_of(policy)
    ruling, read = original(translations), worded(translations)
    if not ruling.live:
        return PolicyRules()
    return PolicyRules(
        changes_enabled=ruling.changes_enabled,
        change_window=ruling.change_window,
        cancellations_enabled=ruling.cancellations_enabled,
        cancellation_window=ruling.cancellation_window,
        status_after_cancellation_id=ruling.status_after_cancellation_id,
        wording=read.cancellation_policy,
        revision_id=read.live_revision_id,
    )
