"""Which policy applies, and in which words?"""

from ..compiled_once import compiled_once
from .portal_policy import PortalPolicy
from .portal_settings import PortalSettings
from .rules import PolicyRules
from .translated import original, translations_of_pk, worded


def effective_rules(appointment_type, portal_settings: PortalSettings) -> PolicyRules:
    """Return the rules for an appointment of *appointment_type*: the type's own policy, else the site's default.

    Windows, switches and status come from the policy's original, the wording from its translation into the active
    language where one is live. A policy that is missing or not live permits nothing.
    """
    policy_id = appointment_type.policy_id or portal_settings.default_policy_id
    if policy_id is None:
        return PolicyRules()
    translations = _with_translations(policy_id)
    ruling = original(translations)
    return PolicyRules.of(ruling, worded(translations)) if ruling.live else PolicyRules()


@compiled_once
def _with_translations(policy_id):
    return translations_of_pk(PortalPolicy, policy_id)
