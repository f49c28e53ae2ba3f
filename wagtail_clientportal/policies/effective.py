"""Which policy applies, and in which words?"""

from django.conf import settings as django_settings
from django.utils.translation import get_language
from wagtail.coreutils import get_supported_content_language_variant

from .portal_policy import PortalPolicy
from .portal_settings import PortalSettings
from .rules import PolicyRules


def effective_rules(appointment_type, settings: PortalSettings) -> PolicyRules:
    """Return the rules for an appointment of *appointment_type*: the type's own policy, else the site's default.

    Windows, switches and status come from the policy's original, the wording from its translation into the active
    language where one is live. A policy that is missing or not live permits nothing.
    """
    policy = appointment_type.policy or settings.default_policy
    if policy is None:
        return PolicyRules()
    translations = list(
        PortalPolicy.objects.select_related("locale").filter(translation_key=policy.translation_key).order_by("pk")
    )
    original = _in_language(django_settings.LANGUAGE_CODE, translations) or translations[0]
    if not original.live:
        return PolicyRules()
    live = [one for one in translations if one.live]
    worded = _in_language(get_language() or django_settings.LANGUAGE_CODE, live) or original
    return PolicyRules(
        changes_enabled=original.changes_enabled,
        change_window=original.change_window,
        cancellations_enabled=original.cancellations_enabled,
        cancellation_window=original.cancellation_window,
        status_after_cancellation_id=original.status_after_cancellation_id,
        wording=worded.cancellation_policy,
        revision_id=worded.live_revision_id,
    )


def _in_language(code: str, translations: list[PortalPolicy]) -> PortalPolicy | None:
    try:
        variant = get_supported_content_language_variant(code)
    except LookupError:  # a language of the interface that the site has no content in
        return None
    return next((one for one in translations if one.locale.language_code == variant), None)
