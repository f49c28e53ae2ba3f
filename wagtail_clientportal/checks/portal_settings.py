"""Is every key of WAGTAIL_CLIENTPORTAL known, and every value one that can be used?"""

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import phonenumbers
from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Tags, register

from ..conf import DEFAULTS, SETTINGS_NAME, settings
from .channels import check_channels
from .findings import error

# 22 base62 characters hold 131 bits; OWASP ASVS 5.0 (7.2.3) asks 128 of a session token.
SHORTEST_TOKEN = 22


@register(Tags.compatibility)
def check_settings(app_configs, **kwargs) -> list[CheckMessage]:
    """Is every key of WAGTAIL_CLIENTPORTAL known, and every value one that can be used?"""
    given = getattr(django_settings, SETTINGS_NAME, {})
    if not isinstance(given, dict):
        return [error(10, f"{SETTINGS_NAME} has to be a dict.", f"For example:\n    {SETTINGS_NAME} = {{}}")]
    found = [_unknown(name) for name in given if name not in DEFAULTS]
    wrong = []
    for name, value in given.items():
        if name in DEFAULTS and (needed := _needed(name, value)):
            wrong.append(name)
            found.append(
                error(
                    12,
                    f'{SETTINGS_NAME}["{name}"] is {value!r}, and has to be {needed}.',
                    f"The default is {written(DEFAULTS[name])}.",
                )
            )
    # What follows compares and uses values, and would stumble over wrong ones.
    return found if wrong else [*found, *_contradictions(), *check_channels()]


def _unknown(name: Any) -> Error:
    near = get_close_matches(str(name).upper(), DEFAULTS, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"The keys are: {', '.join(sorted(DEFAULTS))}."
    return error(11, f"{SETTINGS_NAME} has an unknown key {name!r}.", hint)


def _needed(name: str, value: Any) -> str:
    """Return what *value* would have to be, in words; "" where it can be used."""
    default = DEFAULTS[name]
    if name == "TOKEN_LENGTH":
        fits = _is_number(value) and value >= SHORTEST_TOKEN
        return (
            "" if fits else f"a whole number of characters, {SHORTEST_TOKEN} or more (a shorter token can be guessed)"
        )
    if name == "DEFAULT_REGION":
        return "" if value in phonenumbers.SUPPORTED_REGIONS else 'an ISO 3166 country code in capitals, like "GB"'
    if name == "CSP_SOURCES":
        fits = isinstance(value, dict) and all(map(_is_directive, value, value.values()))
        return "" if fits else 'a dict like {"img-src": ["https://media.example"]}'
    if name == "CHANNELS":
        fits = isinstance(value, list | tuple) and value and all(isinstance(path, str) for path in value)
        return "" if fits else "a list of dotted paths of classes"
    if name == "SMS_FILE_PATH":
        return "" if value is None or isinstance(value, str | Path) else "the path of a folder"
    if name in ("PURGE_COMMUNICATIONS_AFTER", "PURGE_NOTIFICATIONS_AFTER", "STAFF_OTP_REMEMBER"):
        fits = value is None or (isinstance(value, timedelta) and value > timedelta(0))
        return "" if fits else "None, or a timedelta longer than zero, like timedelta(days=365)"
    if name == "CHANGE_GRACE":
        fits = isinstance(value, timedelta) and value >= timedelta(0)
        return "" if fits else "a timedelta of zero or longer, like timedelta(minutes=3)"
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "True or False"
    if isinstance(default, timedelta):
        fits = isinstance(value, timedelta) and value > timedelta(0)
        return "" if fits else "a timedelta longer than zero, like timedelta(minutes=10)"
    if isinstance(default, int):
        least = min(1, default)
        return "" if _is_number(value) and value >= least else f"a whole number, {least} or more"
    if isinstance(default, str):
        fits = isinstance(value, str) and (value or not default)
        return "" if fits else "a text" if not default else "a text that is not empty"
    if name == "LINK_REQUESTS_PER_CONTACT":
        fits = isinstance(value, list | tuple) and all(_is_limit(limit) for limit in value)
        return "" if fits else "a list of pairs (how many, within which timedelta)"
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_directive(name: Any, sources: Any) -> bool:
    """Whether both could stand in a Content-Security-Policy."""
    words = [name, *sources] if isinstance(sources, list | tuple) else [None]
    return all(isinstance(one, str) and re.fullmatch(r"[^\s;,]+", one) for one in words)


def _is_limit(limit: Any) -> bool:
    return (
        isinstance(limit, list | tuple)
        and len(limit) == 2
        and _is_number(limit[0])
        and limit[0] > 0
        and isinstance(limit[1], timedelta)
        and limit[1] > timedelta(0)
    )


def written(value: Any) -> str:
    """The value as somebody would write it in a settings file."""
    if isinstance(value, timedelta):
        for unit, length in (
            ("days", timedelta(days=1)),
            ("hours", timedelta(hours=1)),
            ("minutes", timedelta(minutes=1)),
        ):
            if not value % length:
                return f"timedelta({unit}={value // length})"
        return f"timedelta(seconds={value.total_seconds():g})"
    if isinstance(value, tuple):
        return f"({', '.join(written(one) for one in value)})"
    return repr(value)


def _contradictions() -> Iterator[CheckMessage]:
    for shorter, longer in (
        ("FULL_SESSION_IDLE", "FULL_SESSION_ABSOLUTE"),
        ("APPOINTMENT_SESSION_IDLE", "APPOINTMENT_SESSION_ABSOLUTE"),
        ("SEND_BACKOFF", "SEND_BACKOFF_MAX"),
    ):
        if getattr(settings, shorter) > getattr(settings, longer):
            yield error(
                13,
                f'{SETTINGS_NAME}["{shorter}"] ({written(getattr(settings, shorter))}) is longer than '
                f'"{longer}" ({written(getattr(settings, longer))}).',
                "Make one shorter or the other longer. The defaults are "
                f"{written(DEFAULTS[shorter])} and {written(DEFAULTS[longer])}.",
            )
