"""Which languages can a client be written to in?"""

from django.conf import settings as django_settings


def language_choices() -> list[tuple[str, str]]:
    """Return code and name of each language that the site has content in."""
    return list(getattr(django_settings, "WAGTAIL_CONTENT_LANGUAGES", django_settings.LANGUAGES))
