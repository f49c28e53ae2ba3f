"""Is what the second factor needs there? It is an extra: a site that leaves it out has none of its screens.

The other files of this room need it, but for the middleware; so they are named here, and loaded where it is.
"""

from importlib.util import find_spec

from django.apps import apps
from django.conf import settings as django_settings
from django.utils.module_loading import import_string

SECOND_FACTOR_APPS = ["django_otp", "django_otp.plugins.otp_totp", "django_otp.plugins.otp_static"]
SECOND_FACTOR_MIDDLEWARE = f"{__package__}.middleware.SecondFactorMiddleware"
SECOND_FACTOR_INSTALL = 'pip install "wagtail-clientportal[second-factor]"'


def lacks_qr_codes() -> bool:
    return find_spec("segno") is None


def has_middleware() -> bool:
    return SECOND_FACTOR_MIDDLEWARE in django_settings.MIDDLEWARE


def is_installed() -> bool:
    """Whether staff can set up and prove a second factor with django-otp."""
    return all(map(apps.is_installed, SECOND_FACTOR_APPS)) and has_middleware() and not lacks_qr_codes()


def second_factor_viewset():
    """Return the viewset of its screens, or ``None`` where it was left out."""
    return import_string(f"{__package__}.viewset.SECOND_FACTOR_VIEWS") if is_installed() else None
