"""Does a text reach a gateway?"""

from collections.abc import Iterator

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Warning
from django.utils.module_loading import import_string

from ....conf import SETTINGS_NAME, settings

SMS_BACKENDS = "wagtail_clientportal.outbox.backends.sms"

CONSOLE_BACKEND = f"{SMS_BACKENDS}.console.SmsBackend"

FILE_BACKEND = f"{SMS_BACKENDS}.filebased.SmsBackend"

GATEWAY_BACKEND = f"{SMS_BACKENDS}.apprise.SmsBackend"

GATEWAY_LINES = f"""\
    "SMS_BACKEND": "{GATEWAY_BACKEND}",
    "SMS_GATEWAY_URL": "twilio://ACCOUNT_SID:AUTH_TOKEN@FROM_NUMBER/{{to}}","""

# From the range that Ofcom keeps for films: a number that gateways take for one, and that is nobody's.
NOBODYS_NUMBER = "+447700900123"


def check_sms() -> Iterator[CheckMessage]:
    """Judge the settings of the SMS backend; each of them has the right kind of value."""
    if not settings.SMS_BACKEND:
        if settings.SMS_GATEWAY_URL:
            yield Error(
                f'{SETTINGS_NAME} has "SMS_GATEWAY_URL", and no "SMS_BACKEND" that uses it: no text is sent.',
                f'Add to {SETTINGS_NAME}:\n    "SMS_BACKEND": "{GATEWAY_BACKEND}",',
                id="wagtail_clientportal.E017",
            )
        return
    try:
        backend = import_string(settings.SMS_BACKEND)
    except ImportError as failure:
        extra = settings.SMS_BACKEND == GATEWAY_BACKEND
        yield Error(
            f'{SETTINGS_NAME}["SMS_BACKEND"] can\'t be imported: {failure}',
            'Install what it needs:\n    pip install "wagtail-clientportal[sms]"'
            if extra
            else f"It is the dotted path of a class, like:\n{GATEWAY_LINES}",
            id="wagtail_clientportal.E014",
        )
        return
    if not callable(getattr(backend, "send", None)):
        yield Error(
            f'{SETTINGS_NAME}["SMS_BACKEND"] is no SMS backend: {settings.SMS_BACKEND} has no method “send”.',
            "Let it subclass wagtail_clientportal.outbox.backends.sms.base.BaseSmsBackend.",
            id="wagtail_clientportal.E014",
        )
    if settings.SMS_BACKEND == FILE_BACKEND and not settings.SMS_FILE_PATH:
        yield Error(
            "The file SMS backend isn't told where to write.",
            f'Add to {SETTINGS_NAME}:\n    "SMS_FILE_PATH": BASE_DIR / "sms",',
            id="wagtail_clientportal.E015",
        )
    if settings.SMS_BACKEND in (CONSOLE_BACKEND, FILE_BACKEND) and not django_settings.DEBUG:
        yield Warning(
            "DEBUG is False, and SMS_BACKEND is one for development: clients get no texts, and the links in them are "
            "written down.",
            f"Name a gateway in {SETTINGS_NAME}, for example:\n{GATEWAY_LINES}\n"
            'or leave "SMS_BACKEND" out, and no texts are sent.',
            id="wagtail_clientportal.W005",
        )
    if settings.SMS_BACKEND == GATEWAY_BACKEND and backend().gateway(NOBODYS_NUMBER) is None:
        # The URL holds a password, so it isn't shown.
        yield Error(
            f'{SETTINGS_NAME}["SMS_GATEWAY_URL"] names no gateway that apprise knows, or lacks "{{to}}" where the '
            "number belongs.",
            f"It looks like this one, and https://appriseit.com/services/ has the others:\n{GATEWAY_LINES}",
            id="wagtail_clientportal.E018",
        )
