"""Which languages can a client be written to in?"""

from django.conf import settings as django_settings
from django.utils.translation import get_language_info

from .contact import name_key


def language_choices() -> list[tuple[str, str]]:
    """Return code and name of each language that the site has content in."""
    return list(getattr(django_settings, "WAGTAIL_CONTENT_LANGUAGES", django_settings.LANGUAGES))


def own_name(code: str, name: str) -> str:
    """Return what people who speak the language *code* call it, "français"; *name* where that isn't known."""
    try:
        return get_language_info(code)["name_local"]
    except KeyError:  # a language that a site has added
        return name


def language_called(written: str) -> str | None:
    """Return the code of the site's language that *written* means: its code, or its name in English, in itself or in
    the reader's language. ``None`` for none, and for more than one.
    """
    key = name_key(written)
    exact = [code for code, name in language_choices() if key and key in _keys(code, name)]
    # "fr" on a site that writes Canadian French, and French of no other country
    found = exact or [code for code, _name in language_choices() if key == name_key(code.partition("-")[0])]
    return found[0] if len(found) == 1 else None


def _keys(code: str, name: str) -> set[str]:
    names = {code, str(name), own_name(code, name)}
    try:
        info = get_language_info(code)
    except KeyError:
        return {name_key(one) for one in names}
    return {name_key(one) for one in names | {info["name"], info["name_translated"]}}
