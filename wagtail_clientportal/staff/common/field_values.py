"""A form's values: two of them compared, and one of them in words."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django import forms
from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.timezone import template_localtime
from django.utils.translation import gettext as _

from ...practice.dates import clock_in_words, full_day_in_words
from ...practice.durations import duration_in_words

# Wagtail's editor names paragraphs anew each time, and calls an empty text an empty paragraph.
_EDITORS_OWN = re.compile(r' data-block-key="[^"]*"')
_LONGEST = 120  # characters of a text


def plain(value) -> str | list[str]:
    """Return *value* so that what a form shows at first equals what it makes of being sent unchanged."""
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, (QuerySet, list, tuple, set)):
        return sorted(str(plain(one)) for one in value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    text = _EDITORS_OWN.sub("", str(value)).replace("\r\n", "\n").strip()
    return "" if text == "<p></p>" else text


def initial_in_words(field: forms.Field, value) -> str:
    """Return in words what a form's *field* begins with."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return in_words(value)
    if isinstance(field, forms.ModelChoiceField):
        return in_words(field.queryset.model._default_manager.filter(pk=value).first() if value else None)
    if isinstance(field, forms.ChoiceField):
        names = {str(one): name for one, name in field.choices}
        return in_words(
            [names.get(str(one), one) for one in value] if isinstance(value, list) else names.get(str(value), value)
        )
    return in_words(value)


def in_words(value) -> str:
    """Return *value* for the end of a sentence."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(in_words(one) for one in value) or in_words(None)
    if isinstance(value, timedelta):
        return duration_in_words(value)
    if isinstance(value, datetime):
        return date_format(template_localtime(value), "j M Y, H:i")
    if isinstance(value, date):
        return full_day_in_words(value)
    if isinstance(value, time):
        return clock_in_words(value)
    text = "" if value is None else strip_tags(str(value).replace("</p>", " ")).strip().rstrip(".")
    return Truncator(text).chars(_LONGEST) or _("(empty)")
