"""Refusing to delete what other records lean on, in a sentence that says what to do instead.

The database protects such records with ``PROTECT``. Wagtail asks its reference index who refers to a thing, which
knows neither rows written in bulk nor protection further along (a policy's revisions are held by the history), so that
deleting would end in a server error. This asks Django itself.
"""

from collections import Counter

from django.db import router
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..diary.models import AppointmentEvent


def what_holds(instance: Model) -> str:
    """Return what keeps *instance* from being deleted, as in "12 appointments and 1 event"; "" where nothing does."""
    collector = Collector(using=router.db_for_write(type(instance), instance=instance), origin=instance)
    try:
        collector.collect([instance])
    except ProtectedError as error:
        return _counted(error.protected_objects)
    except RestrictedError as error:
        return _counted(error.restricted_objects)
    return ""


def _counted(objects) -> str:
    counts = Counter(type(one) for one in objects)
    return get_text_list(sorted(_number_of(model, count) for model, count in counts.items()), _("and"))


def _number_of(model: type[Model], count: int) -> str:
    if model is AppointmentEvent:
        lines = ngettext("%(count)s line of appointment history", "%(count)s lines of appointment history", count)
        return lines % {"count": count}
    return f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"


def refusal(name: str, held_by: str, instead: str) -> str:
    """Return the whole sentence.

    :param name: how the thing is called on screen.
    :param held_by: what ``what_holds`` returned.
    :param instead: a sentence that says what to do.
    """
    return _("“%(name)s” can't be deleted, because it is used by %(held_by)s. %(instead)s") % {
        "name": capfirst(name),
        "held_by": held_by,
        "instead": instead,
    }
