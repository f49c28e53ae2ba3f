"""Is the portal installed: its apps, its middleware, its URLs?"""

from django.apps import apps
from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Tags, register
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string

from ..outbox.schedule import WORKER_APP, WORKER_INSTALL
from .findings import error, warning

NEEDED_APPS = ["wagtail_modeladmin", "wagtail.images"]

ERRORS_MIDDLEWARE = "wagtail_clientportal.pages.errors.PortalErrorsMiddleware"

URL_LINES = """\
    from django.urls import include, path

    urlpatterns = [
        ...
        path("p/", include("wagtail_clientportal.urls")),
        path("", include(wagtail_urls)),  # Wagtail's own pages stay last
    ]"""


@register(Tags.compatibility)
def check_apps(app_configs, **kwargs) -> list[CheckMessage]:
    """Are the apps there that the portal leans on?"""
    needed = [*NEEDED_APPS, WORKER_APP] if hasattr(django_settings, "Q_CLUSTER") else NEEDED_APPS
    missing = [name for name in needed if not apps.is_installed(name)]
    found = []
    if missing:
        hint = "Add to INSTALLED_APPS:\n" + "\n".join(f'    "{name}",' for name in missing)
        if WORKER_APP in missing:
            hint += f"\nIts package comes with:\n    {WORKER_INSTALL}"
        found.append(error(1, f"INSTALLED_APPS lacks {' and '.join(missing)}.", hint))
    if not apps.is_installed("django.contrib.sessions"):
        found.append(
            error(
                2,
                "INSTALLED_APPS lacks django.contrib.sessions, where the portal keeps who is signed in.",
                'Add to INSTALLED_APPS:\n    "django.contrib.sessions",',
            )
        )
    middleware = "django.contrib.sessions.middleware.SessionMiddleware"
    if not _has_middleware(middleware):
        found.append(
            error(
                3,
                "MIDDLEWARE lacks SessionMiddleware, so nobody can sign in to the portal.",
                f'Add to MIDDLEWARE, before AuthenticationMiddleware:\n    "{middleware}",',
            )
        )
    if not _has_middleware(ERRORS_MIDDLEWARE):
        found.append(
            warning(
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
            error(4, "The portal's URLs are not in the site's, so no magic link leads anywhere.", f"Add:\n{URL_LINES}")
        ]
    try:
        found = resolve(url).view_name
    except Resolver404:
        found = None
    if found != "wagtail_clientportal:link":
        return [
            error(
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
        error(
            6,
            "USE_TZ is False: appointments are moments in time, and can't be kept without time zones.",
            "In the settings:\n    USE_TZ = True",
        )
    ]
