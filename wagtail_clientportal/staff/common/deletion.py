"""Refusing to delete what other records lean on, in a sentence that says what to do instead.

The database protects such records with ``PROTECT``. Wagtail asks its reference index who refers to a thing, which
knows neither rows written in bulk nor protection further along (a policy's revisions are held by the history), so that
deleting would end in a server error. This asks Django itself, and looks into drafts and earlier versions, which no
database protects and which couldn't be opened any more.
"""

from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.db import router
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Revision

from ...communications.models import CommunicationTemplate
from ...diary.models import AppointmentEvent
from ...policies.models import PortalPolicy

WITH_DRAFTS = [CommunicationTemplate, PortalPolicy]


def what_holds(instance: Model) -> str:
    """Return what keeps *instance* from being deleted, as in "12 appointments and 1 event"; "" where nothing does."""
    collector = Collector(using=router.db_for_write(type(instance), instance=instance), origin=instance)
    try:
        collector.collect([instance])
    except ProtectedError as error:
        return _counted(error.protected_objects)
    except RestrictedError as error:
        return _counted(error.restricted_objects)
    versions = [_("a draft or earlier version of “%(name)s”") % {"name": one} for one in _naming_in_a_version(instance)]
    return get_text_list(versions, _("and"))


def _naming_in_a_version(instance: Model) -> list[Model]:
    """What refers to *instance* in a version that isn't the published one."""
    found = []
    for model in WITH_DRAFTS:
        for field in [one for one in model._meta.fields if one.related_model is type(instance)]:
            versions = Revision.objects.filter(
                content_type=ContentType.objects.get_for_model(model), **{f"content__{field.name}": instance.pk}
            )
            found += model.objects.filter(pk__in=list(versions.values_list("object_id", flat=True)))
    return found


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
