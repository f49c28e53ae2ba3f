"""Can money be taken online, where it is asked for?"""

from collections.abc import Iterator

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Tags, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.utils.module_loading import import_string

from ..conf import SETTINGS_NAME, settings
from ..payments.provider import Provider, provider
from ..practice.models import AppointmentType
from .findings import error, warning

LIBRARY = "wagtail_clientportal.payments.django_payments.DjangoPayments"
INSTALL = "pip install 'wagtail-clientportal[payments]'"
PROVIDER_LINES = f"""\
    {SETTINGS_NAME} = {{"PAYMENT_PROVIDER": "{LIBRARY}"}}"""


def _provider_path() -> str:
    """What the setting says; "" for nothing, and for what ``check_settings`` refuses."""
    given = getattr(django_settings, SETTINGS_NAME, {})
    path = settings.PAYMENT_PROVIDER if isinstance(given, dict) else ""
    return path if isinstance(path, str) else ""


@register(Tags.compatibility)
def check_provider(app_configs, **kwargs) -> list[CheckMessage]:
    """Is the provider there, and set up?"""
    path = _provider_path()
    if not path:
        return []
    try:
        found = import_string(path)
    except Exception as failure:  # a library that misses a setting says so as it is imported
        return [
            error(
                23,
                f'{SETTINGS_NAME}["PAYMENT_PROVIDER"]: “{path}” can\'t be imported: {failure}',
                f'For "{LIBRARY}" run\n    {INSTALL}\nand set PAYMENT_HOST and PAYMENT_VARIANTS.',
            )
        ]
    if not (isinstance(found, type) and issubclass(found, Provider)):
        return [
            error(
                23,
                f'{SETTINGS_NAME}["PAYMENT_PROVIDER"]: “{path}” is no subclass of {Provider.__module__}.Provider.',
                f"For example:\n{PROVIDER_LINES}",
            )
        ]
    return list(provider().check())


@register(Tags.database)
def check_types_that_ask(app_configs, databases=None, **kwargs) -> list[CheckMessage]:
    """Is there a provider for every type that asks for money? Before there are tables there is nothing to say."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or _provider_path():
        return []
    try:
        return [*_asking_in_vain()]
    except DatabaseError:
        return []


def _asking_in_vain() -> Iterator[CheckMessage]:
    asking = AppointmentType.objects.filter(is_active=True).exclude(payment=AppointmentType.Payment.NONE)
    if names := [one.name for one in asking]:
        yield warning(
            11,
            f"These appointment types ask for money, and there is no payment provider, so nothing is asked for: "
            f"{', '.join(names)}.",
            f"Either let them ask for nothing, or run\n    {INSTALL}\nand set up a provider:\n{PROVIDER_LINES}",
        )
