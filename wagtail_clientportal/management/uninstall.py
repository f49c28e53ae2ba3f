"""What of the portal lies in a site's database, and how it is taken out again.

All but empty tables goes: those are dropped by ``migrate wagtail_clientportal zero``, after which nothing of the app is
left. What belongs to the site stays: images and documents, accounts, and whatever other apps keep.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Count, Model, Q
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry, Page

from ..outbox.schedule import SCHEDULES, WORKER_APP

APP = "wagtail_clientportal"
# What a group of ours has of Wagtail's; the last two Wagtail's own migrations gave to all groups.
_CAME_ALONG = ("access_admin", "choose_image", "choose_document")


@dataclass(frozen=True)
class Part:
    """Something that would be deleted.

    :param what: of what kind it is, for people.
    :param examples: some or all of it by name.
    """

    what: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holder:
    """Rows of another app that point at the portal's."""

    model: str
    points_at: str
    count: int


def parts() -> list[Part]:
    """Return everything that ``uninstall`` deletes, of which there is any."""
    ours, below = _pages(), _pages_below()
    groups = _groups()
    found = [
        Part(_("pages"), len(ours), tuple(f"{page.title} ({page.url_path})" for page in ours)),
        Part(_("pages below them"), len(below), tuple(f"{page.title} ({page.url_path})" for page in below)),
        Part(_("entries of the worker's timetable"), len(_schedules()), tuple(sorted(SCHEDULES))),
        Part(_("tasks in the worker's queue"), len(_queued())),
        Part(_("results of tasks"), _results().count() if _has_worker() else 0),
        Part(_("groups"), len(groups), tuple(_group_in_words(one) for one in groups)),
        Part(_("permissions, which other groups and people have, too"), _permissions().count()),
        Part(_("entries of Wagtail's log"), _log_entries().count()),
    ]
    found += [Part(str(model._meta.verbose_name_plural), model._base_manager.count()) for model in _models()]
    return [one for one in found if one.count]


def holders() -> list[Holder]:
    """Return what has to be taken away first: rows of other apps that point at the portal's."""
    found = []
    for model in _models():
        for relation in model._meta.related_objects:
            other = relation.related_model
            # What points at any page points at ours too: Wagtail sees to that.
            is_at_ours = relation.field.related_model._meta.app_label == APP
            if is_at_ours and other._meta.app_label != APP and not other._meta.auto_created:
                count = other._base_manager.exclude(**{relation.field.name: None}).count()
                if count:
                    found.append(Holder(other._meta.label, model._meta.label, count))
    return found


def uninstall() -> None:
    """Delete all of it, or nothing.

    :raises DatabaseError: the database refused; nothing was deleted.
    """
    with transaction.atomic(), connection.constraint_checks_disabled():
        for page in Page.objects.filter(pk__in=[one.pk for one in _pages()]).order_by("-depth"):
            # Anew, for whatever went before it may have gone with one above.
            if current := Page.objects.filter(pk=page.pk).first():
                current.specific.delete()
        if _has_worker():
            _results().delete()
            for one in [*_schedules(), *_queued()]:
                one.delete()
        for group in _groups():
            group.delete()
        _empty_tables()
        _log_entries().delete()
        # With them go permissions, revisions, what is searched, and who has what in a workflow.
        _content_types().delete()
    ContentType.objects.clear_cache()


def _models() -> list[type[Model]]:
    return list(apps.get_app_config(APP).get_models(include_auto_created=True))


def _empty_tables() -> None:
    """By SQL: rows hold each other in all directions, and a clinic's may be a million."""
    with connection.cursor() as cursor:
        for model in _models():
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - the name is the model's own


def _content_types():
    return ContentType.objects.filter(app_label=APP)


def _permissions():
    return Permission.objects.filter(content_type__app_label=APP)


def _log_entries():
    return ModelLogEntry.objects.filter(content_type__app_label=APP)


def _pages() -> list[Page]:
    return list(Page.objects.filter(content_type__app_label=APP).order_by("path"))


def _pages_below() -> list[Page]:
    """The site's own pages that an editor put below one of ours, and that go with it."""
    below = Q(pk__in=())
    for page in _pages():
        below |= Q(path__startswith=page.path)
    return list(Page.objects.filter(below).exclude(content_type__app_label=APP).order_by("path"))


def _has_worker() -> bool:
    if not apps.is_installed(WORKER_APP):
        return False
    return apps.get_model(WORKER_APP, "Schedule")._meta.db_table in connection.introspection.table_names()


def _schedules() -> list[Model]:
    return list(apps.get_model(WORKER_APP, "Schedule").objects.filter(name__in=SCHEDULES)) if _has_worker() else []


def _queued() -> list[Model]:
    """Those in the database; a queue in Redis forgets them by itself, once no worker knows what they are."""
    if not _has_worker():
        return []
    return [one for one in apps.get_model(WORKER_APP, "OrmQ").objects.all() if _is_ours(one)]


def _is_ours(queued) -> bool:
    return str(queued.task.get("func", "")).startswith(f"{APP}.")


def _results():
    return apps.get_model(WORKER_APP, "Task").objects.filter(func__startswith=f"{APP}.")


def _groups() -> list[Group]:
    """The groups that ``migrate`` made, unless the site has given them something else to do."""
    with translation.override(django_settings.LANGUAGE_CODE):
        names = [_("Clinic receptionist"), _("Clinician"), _("Clinic manager"), _("Clinic editor")]
    named = Group.objects.filter(name__in=names, permissions__content_type__app_label=APP).distinct()
    others = ~Q(content_type__app_label=APP) & ~Q(codename__in=_CAME_ALONG)
    return [
        one
        for one in named.annotate(people=Count("user", distinct=True)).order_by("name")
        if not one.permissions.filter(others).exists()
    ]


def _group_in_words(group: Group) -> str:
    return _("%(name)s (%(people)d people)") % {"name": group.name, "people": group.people}


def what_is_left_to_do() -> Iterator[str]:
    """Yield what somebody does by hand afterwards, in that order."""
    yield _("Run: python manage.py migrate wagtail_clientportal zero")
    yield _(
        "Take out of the settings: “wagtail_clientportal” from INSTALLED_APPS, its lines from MIDDLEWARE, and "
        "WAGTAIL_CLIENTPORTAL; where nothing else needs them, “wagtail_modeladmin”, “django_q”, Q_CLUSTER and "
        "django-otp's apps."
    )
    yield _("Take “wagtail_clientportal.urls” out of urls.py.")
    yield _("Restart the website; take the worker's unit, or the lines of cron, away.")
    yield _("Run: pip uninstall wagtail-clientportal")
