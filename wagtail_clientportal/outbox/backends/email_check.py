"""Does a mail server that doesn't answer let go of the worker again?"""

from typing import Any
from warnings import catch_warnings

import django
from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Warning

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

MAILERS_LINES = """\
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "localhost", "timeout": 10},  # seconds
        },
    }"""


def check_email() -> list[CheckMessage]:
    """Judge how Django sends email."""
    mailers = getattr(django_settings, "MAILERS", None)  # from Django 6.1 on; then no EMAIL_ setting may be read
    if mailers is None:
        backend, timeout = _email_setting("EMAIL_BACKEND"), _email_setting("EMAIL_TIMEOUT")
    elif "default" in mailers:
        mailer = mailers["default"]
        backend, timeout = mailer.get("BACKEND", SMTP_BACKEND), mailer.get("OPTIONS", {}).get("timeout")
    else:
        return []
    if backend != SMTP_BACKEND or timeout is not None:
        return []
    return [
        Warning(
            "Email has no time-out: a mail server that is reached and says nothing holds up all other messages.",
            hint=_timeout_lines(has_mailers=mailers is not None),
            id="wagtail_clientportal.W006",
        )
    ]


def _email_setting(name: str) -> Any:
    with catch_warnings(action="ignore"):
        return getattr(django_settings, name, None)  # Django 6.1 warns whoever reads one


def _timeout_lines(*, has_mailers: bool) -> str:
    if has_mailers:
        return 'Add to the "OPTIONS" of MAILERS["default"]:\n    "timeout": 10,  # seconds'
    # The two kinds can't stand side by side: whoever has one of the older ones goes on with them.
    has_older = any(django_settings.is_overridden(name) for name in dir(django_settings) if name.startswith("EMAIL_"))
    if django.VERSION < (6, 1) or has_older:
        return "In the settings:\n    EMAIL_TIMEOUT = 10  # seconds"
    return f"In the settings, with your mail server's name:\n{MAILERS_LINES}"
