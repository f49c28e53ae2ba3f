"""Of something that has translations: which one rules, and which one is read?"""

from collections.abc import Sequence

from django.conf import settings as django_settings
from django.db.models import QuerySet
from django.utils.translation import get_language
from wagtail.coreutils import get_supported_content_language_variant


def translations_of(instance) -> list:
    """Return every translation of *instance* that is stored, the oldest first, with its ``locale`` fetched along."""
    return list(_stored(type(instance), instance.translation_key))


def translations_of_pk(model, pk) -> QuerySet:
    """Return the query for the same of the *model*'s instance that has this *pk*."""
    return _stored(model, model._default_manager.filter(pk=pk).values("translation_key")[:1])


def _stored(model, key) -> QuerySet:
    translations = model._default_manager.filter(translation_key=key)
    return translations.select_related("locale").order_by("pk")


def original(translations: Sequence):
    """Return the one in the site's own language, else the oldest: what isn't wording is read from it.

    :param translations: as ``translations_of`` returns them.
    """
    return _in_language(django_settings.LANGUAGE_CODE, translations) or translations[0]


def worded(translations: Sequence):
    """Return the one whose wording is read in the active language: a live translation, else the original."""
    live = [one for one in translations if one.live]
    return _in_language(get_language() or django_settings.LANGUAGE_CODE, live) or original(translations)


def _in_language(code: str, translations: Sequence):
    try:
        variant = get_supported_content_language_variant(code)
    except LookupError:  # a language of the interface that the site has no content in
        return None
    return next((one for one in translations if one.locale.language_code == variant), None)
