"""Can the second factor be asked for that the settings ask for?"""

from django.apps import apps
from django.core.checks import CheckMessage, Tags, register
from django.utils.module_loading import import_string

from ..conf import SETTINGS_NAME, settings
from ..staff.second_factor.installed import (
    SECOND_FACTOR_APPS,
    SECOND_FACTOR_INSTALL,
    SECOND_FACTOR_MIDDLEWARE,
    has_middleware,
    lacks_qr_codes,
)
from .findings import error


@register(Tags.security)
def check_second_factor(app_configs, **kwargs) -> list[CheckMessage]:
    """Is there what REQUIRE_STAFF_OTP needs?"""
    if settings.REQUIRE_STAFF_OTP is not True:
        return []
    found = []
    if not has_middleware():
        found.append(
            error(
                20,
                "REQUIRE_STAFF_OTP is on and MIDDLEWARE lacks SecondFactorMiddleware, so nobody is asked for a second "
                "factor.",
                f'Add to MIDDLEWARE, after AuthenticationMiddleware:\n    "{SECOND_FACTOR_MIDDLEWARE}",',
            )
        )
    return found + (_own_check() if settings.STAFF_OTP_CHECK else _django_otp())


def _own_check() -> list[CheckMessage]:
    path = settings.STAFF_OTP_CHECK
    try:
        is_one = callable(import_string(path))
    except ImportError:
        is_one = False
    if is_one:
        return []
    return [
        error(
            21,
            f'{SETTINGS_NAME}["STAFF_OTP_CHECK"] is {path!r}, and no function can be imported from there.',
            "It is the dotted path of a function that takes the request and returns True where a second factor was "
            "proved. Empty, django-otp is asked.",
        )
    ]


def _django_otp() -> list[CheckMessage]:
    missing = [name for name in SECOND_FACTOR_APPS if not apps.is_installed(name)]
    lines = [f"    {SECOND_FACTOR_INSTALL}"] if lacks_qr_codes() else []
    if missing:
        lines += ["and add to INSTALLED_APPS, and migrate:", *(f'    "{name}",' for name in missing)]
    if not lines:
        return []
    return [
        error(
            22,
            "REQUIRE_STAFF_OTP is on, and what staff prove a second factor with is missing: nobody who sees clients "
            "gets into the admin.",
            "\n".join(["Run:" if lacks_qr_codes() else "To do:", *lines]),
        )
    ]
