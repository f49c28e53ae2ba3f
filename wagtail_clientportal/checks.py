"""System checks: each missing or contradictory setting is named, with the lines to paste.

They read settings and URLs, so they run with every command; the one about private pages reads the database and runs
with ``migrate`` and ``check --database``. Errors (E) are what the portal
can't work with; warnings (W) are what it works badly with.
"""

from collections.abc import Iterator
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import phonenumbers
from django.apps import apps
from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connections
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string

from .conf import DEFAULTS, SETTINGS_NAME, settings
from .pages.restrictions import check_view_restrictions

NEEDED_APPS = ["wagtail_modeladmin"]
WORKER_APP = "django_q"  # where there is a worker, that is a Q_CLUSTER
ERRORS_MIDDLEWARE = "wagtail_clientportal.pages.errors.PortalErrorsMiddleware"
SMS_BACKENDS = "wagtail_clientportal.outbox.backends.sms"
CONSOLE_BACKEND = f"{SMS_BACKENDS}.console.SmsBackend"
FILE_BACKEND = f"{SMS_BACKENDS}.filebased.SmsBackend"
GATEWAY_BACKEND = f"{SMS_BACKENDS}.apprise.SmsBackend"
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

# Any of these says where django-q2 keeps its queue; without one it looks for Redis on this machine.
BROKERS = {"orm", "redis", "django_redis", "iron_mq", "sqs", "mongo", "broker_class", "sync"}

# 22 base62 characters hold 131 bits; OWASP ASVS 5.0 (7.2.3) asks 128 of a session token.
SHORTEST_TOKEN = 22

URL_LINES = """\
    from django.urls import include, path

    urlpatterns = [
        ...
        path("p/", include("wagtail_clientportal.urls")),
        path("", include(wagtail_urls)),  # Wagtail's own pages stay last
    ]"""

Q_CLUSTER_LINES = 'Q_CLUSTER = {"name": "clientportal", "orm": "default", "timeout": 60, "retry": 120, "workers": 2}'

GATEWAY_LINES = f"""\
    "SMS_BACKEND": "{GATEWAY_BACKEND}",
    "SMS_GATEWAY_URL": "twilio://ACCOUNT_SID:AUTH_TOKEN@FROM_NUMBER/{{to}}","""
# From the range that Ofcom keeps for films: a number that gateways take for one, and that is nobody's.
NOBODYS_NUMBER = "+447700900123"

SQLITE_LINES = """\
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },"""


def _error(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"wagtail_clientportal.E{number:03}")


def _warning(number: int, message: str, hint: str) -> Warning:
    return Warning(message, hint=hint, id=f"wagtail_clientportal.W{number:03}")


@register(Tags.compatibility)
def check_apps(app_configs, **kwargs) -> list[CheckMessage]:
    """Are the apps there that the portal leans on?"""
    needed = [*NEEDED_APPS, WORKER_APP] if hasattr(django_settings, "Q_CLUSTER") else NEEDED_APPS
    missing = [name for name in needed if not apps.is_installed(name)]
    found = []
    if missing:
        lines = "\n".join(f'    "{name}",' for name in missing)
        found.append(_error(1, f"INSTALLED_APPS lacks {' and '.join(missing)}.", f"Add to INSTALLED_APPS:\n{lines}"))
    if not apps.is_installed("django.contrib.sessions"):
        found.append(
            _error(
                2,
                "INSTALLED_APPS lacks django.contrib.sessions, where the portal keeps who is signed in.",
                'Add to INSTALLED_APPS:\n    "django.contrib.sessions",',
            )
        )
    middleware = "django.contrib.sessions.middleware.SessionMiddleware"
    if not _has_middleware(middleware):
        found.append(
            _error(
                3,
                "MIDDLEWARE lacks SessionMiddleware, so nobody can sign in to the portal.",
                f'Add to MIDDLEWARE, before AuthenticationMiddleware:\n    "{middleware}",',
            )
        )
    if not _has_middleware(ERRORS_MIDDLEWARE):
        found.append(
            _warning(
                7,
                "MIDDLEWARE lacks PortalErrorsMiddleware: what Django answers for the portal's pages before or instead "
                "of them (a refused form, a crash) is neither worded for clients nor kept out of caches and frames.",
                f'Add to MIDDLEWARE, first:\n    "{ERRORS_MIDDLEWARE}",',
            )
        )
    return found


def _has_middleware(path: str) -> bool:
    """Whether the middleware at *path*, or a subclass of it, is in MIDDLEWARE."""
    wanted = import_string(path)
    for name in django_settings.MIDDLEWARE:
        try:
            middleware = import_string(name)
        except ImportError:
            continue
        if middleware is wanted or (isinstance(middleware, type) and issubclass(middleware, wanted)):
            return True
    return False


@register(Tags.urls)
def check_urls(app_configs, **kwargs) -> list[CheckMessage]:
    """Do magic links lead to the portal?"""
    if not getattr(django_settings, "ROOT_URLCONF", None):
        return []
    try:
        url = reverse("wagtail_clientportal:link", args=["token"])
    except NoReverseMatch:
        return [
            _error(4, "The portal's URLs are not in the site's, so no magic link leads anywhere.", f"Add:\n{URL_LINES}")
        ]
    try:
        found = resolve(url).view_name
    except Resolver404:
        found = None
    if found != "wagtail_clientportal:link":
        return [
            _error(
                5,
                f"Another URL pattern answers {url} before the portal does, so magic links lead to it.",
                f"Put the portal's pattern before Wagtail's:\n{URL_LINES}",
            )
        ]
    return []


@register(Tags.compatibility)
def check_time(app_configs, **kwargs) -> list[CheckMessage]:
    """Are times kept as moments, not as what some clock showed?"""
    if django_settings.USE_TZ:
        return []
    return [
        _error(
            6,
            "USE_TZ is False: appointments are moments in time, and can't be kept without time zones.",
            "In the settings:\n    USE_TZ = True",
        )
    ]


@register(Tags.compatibility)
def check_database(app_configs, **kwargs) -> list[CheckMessage]:
    """Can the diary lock hold, and can web server and worker write side by side? Connects to nothing."""
    connection = connections[DEFAULT_DB_ALIAS]
    values = connection.settings_dict
    found = []
    if values.get("ATOMIC_REQUESTS"):
        found.append(
            _error(
                7,
                "ATOMIC_REQUESTS is on. The lock on a clinician's diary has to be the first statement of the outermost "
                "transaction; inside another one it comes too late, and two clients can be given one time.",
                f'Take "ATOMIC_REQUESTS" out of DATABASES["{DEFAULT_DB_ALIAS}"], or write:\n'
                '    "ATOMIC_REQUESTS": False,',
            )
        )
    mode = str((values.get("OPTIONS") or {}).get("transaction_mode") or "").upper()
    if connection.vendor == "sqlite" and mode not in ("IMMEDIATE", "EXCLUSIVE"):
        found.append(
            _warning(
                1,
                "SQLite begins transactions without the write lock: the web server and the worker will meet "
                "“database is locked”.",
                f'Add to DATABASES["{DEFAULT_DB_ALIAS}"]:\n{SQLITE_LINES}',
            )
        )
    if connection.vendor == "postgresql" and not apps.is_installed("django.contrib.postgres"):
        found.append(
            _error(
                8,
                "INSTALLED_APPS lacks django.contrib.postgres, which Wagtail's search needs on PostgreSQL.",
                'Add to INSTALLED_APPS:\n    "django.contrib.postgres",',
            )
        )
    return found


@register(Tags.compatibility)
def check_worker(app_configs, **kwargs) -> list[CheckMessage]:
    """Will messages leave by themselves?"""
    cluster = getattr(django_settings, "Q_CLUSTER", None)
    if cluster is None:
        return [
            _warning(
                2,
                "Q_CLUSTER is not set, so there is no worker to send emails and texts.",
                f'Either add "{WORKER_APP}" to INSTALLED_APPS and to the settings\n    {Q_CLUSTER_LINES}\n'
                "and keep “python manage.py qcluster” running. Or send without a worker, by these lines in a crontab\n"
                "    * * * * * cd /path/to/site && python manage.py clientportal_send -v 0\n"
                "    0 4 * * * cd /path/to/site && python manage.py clientportal_purge -v 0\n"
                "and say so in the settings:\n"
                '    SILENCED_SYSTEM_CHECKS = ["wagtail_clientportal.W002"]',
            )
        ]
    if not isinstance(cluster, dict):
        return [_error(9, "Q_CLUSTER has to be a dict.", f"For example:\n    {Q_CLUSTER_LINES}")]
    found = []
    if not any(cluster.get(name) for name in BROKERS):
        found.append(
            _warning(
                3,
                "Q_CLUSTER doesn't say where the queue is, so the worker looks for Redis on this machine.",
                f'To keep it in the database, add "orm": "default", like this:\n    {Q_CLUSTER_LINES}',
            )
        )
    timeout, retry = cluster.get("timeout"), cluster.get("retry", 60)
    if timeout and retry and retry <= timeout:
        found.append(
            _warning(
                4,
                f"In Q_CLUSTER “retry” ({retry} seconds) has to be more than “timeout” ({timeout} seconds); otherwise "
                "a task is started again while it still runs.",
                f"For example:\n    {Q_CLUSTER_LINES}",
            )
        )
    return found


@register(Tags.compatibility)
def check_email(app_configs, **kwargs) -> list[CheckMessage]:
    """Does a mail server that doesn't answer let go of the worker again?"""
    with catch_warnings(category=DeprecationWarning, action="ignore"):
        # Django 6.1 warns whoever reads them; with its MAILERS neither exists.
        backend = getattr(django_settings, "EMAIL_BACKEND", None)
        timeout = getattr(django_settings, "EMAIL_TIMEOUT", None)
    if backend != SMTP_BACKEND or timeout is not None:
        return []
    return [
        _warning(
            6,
            "EMAIL_TIMEOUT is not set: a mail server that is reached and says nothing holds up all other messages.",
            "In the settings:\n    EMAIL_TIMEOUT = 10  # seconds",
        )
    ]


@register(Tags.compatibility)
def check_settings(app_configs, **kwargs) -> list[CheckMessage]:
    """Is every key of WAGTAIL_CLIENTPORTAL known, and every value one that can be used?"""
    given = getattr(django_settings, SETTINGS_NAME, {})
    if not isinstance(given, dict):
        return [_error(10, f"{SETTINGS_NAME} has to be a dict.", f"For example:\n    {SETTINGS_NAME} = {{}}")]
    found = [_unknown(name) for name in given if name not in DEFAULTS]
    wrong = []
    for name, value in given.items():
        if name in DEFAULTS and (needed := _needed(name, value)):
            wrong.append(name)
            found.append(
                _error(
                    12,
                    f'{SETTINGS_NAME}["{name}"] is {value!r}, and has to be {needed}.',
                    f"The default is {written(DEFAULTS[name])}.",
                )
            )
    # What follows compares and uses values, and would stumble over wrong ones.
    return found if wrong else [*found, *_contradictions(), *_sms(), *_look()]


def _unknown(name: Any) -> Error:
    near = get_close_matches(str(name).upper(), DEFAULTS, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"The keys are: {', '.join(sorted(DEFAULTS))}."
    return _error(11, f"{SETTINGS_NAME} has an unknown key {name!r}.", hint)


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
    if name == "SMS_FILE_PATH":
        return "" if value is None or isinstance(value, str | Path) else "the path of a folder"
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
            yield _error(
                13,
                f'{SETTINGS_NAME}["{shorter}"] ({written(getattr(settings, shorter))}) is longer than '
                f'"{longer}" ({written(getattr(settings, longer))}).',
                "Make one shorter or the other longer. The defaults are "
                f"{written(DEFAULTS[shorter])} and {written(DEFAULTS[longer])}.",
            )


def _sms() -> Iterator[CheckMessage]:
    if not settings.SMS_BACKEND:
        if settings.SMS_GATEWAY_URL:
            yield _error(
                17,
                f'{SETTINGS_NAME} has "SMS_GATEWAY_URL", and no "SMS_BACKEND" that uses it: no text is sent.',
                f'Add to {SETTINGS_NAME}:\n    "SMS_BACKEND": "{GATEWAY_BACKEND}",',
            )
        return
    try:
        backend = import_string(settings.SMS_BACKEND)
    except ImportError as error:
        extra = settings.SMS_BACKEND == GATEWAY_BACKEND
        yield _error(
            14,
            f'{SETTINGS_NAME}["SMS_BACKEND"] can\'t be imported: {error}',
            'Install what it needs:\n    pip install "wagtail-clientportal[sms]"'
            if extra
            else f"It is the dotted path of a class, like:\n{GATEWAY_LINES}",
        )
        return
    if not callable(getattr(backend, "send", None)):
        yield _error(
            14,
            f'{SETTINGS_NAME}["SMS_BACKEND"] is no SMS backend: {settings.SMS_BACKEND} has no method “send”.',
            "Let it subclass wagtail_clientportal.outbox.backends.sms.base.BaseSmsBackend.",
        )
    if settings.SMS_BACKEND == FILE_BACKEND and not settings.SMS_FILE_PATH:
        yield _error(
            15,
            "The file SMS backend isn't told where to write.",
            f'Add to {SETTINGS_NAME}:\n    "SMS_FILE_PATH": BASE_DIR / "sms",',
        )
    if settings.SMS_BACKEND in (CONSOLE_BACKEND, FILE_BACKEND) and not django_settings.DEBUG:
        yield _warning(
            5,
            "DEBUG is False, and SMS_BACKEND is one for development: clients get no texts, and the links in them are "
            "written down.",
            f"Name a gateway in {SETTINGS_NAME}, for example:\n{GATEWAY_LINES}\n"
            'or leave "SMS_BACKEND" out, and no texts are sent.',
        )
    if settings.SMS_BACKEND == GATEWAY_BACKEND and backend().gateway(NOBODYS_NUMBER) is None:
        # The URL holds a password, so it isn't shown.
        yield _error(
            18,
            f'{SETTINGS_NAME}["SMS_GATEWAY_URL"] names no gateway that apprise knows, or lacks "{{to}}" where the '
            "number belongs.",
            f"It looks like this one, and https://appriseit.com/services/ has the others:\n{GATEWAY_LINES}",
        )


def _look() -> Iterator[CheckMessage]:
    try:
        get_template(settings.BASE_TEMPLATE)
    except TemplateDoesNotExist:
        yield _error(
            16,
            f'{SETTINGS_NAME}["BASE_TEMPLATE"] names a template that can\'t be found: “{settings.BASE_TEMPLATE}”.',
            f'The portal\'s own is:\n    "BASE_TEMPLATE": "{DEFAULTS["BASE_TEMPLATE"]}",',
        )


register(Tags.database)(check_view_restrictions)
