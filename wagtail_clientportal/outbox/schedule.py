"""What the worker does by the clock: send what is due every minute, so that a failed message or a lost task is tried
again; and delete once a day what has done its work."""

import logging
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings as django_settings
from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)

# What a site that wants a worker puts into INSTALLED_APPS, what brings that app, and what belongs into the settings.
WORKER_APP = "django_q"
WORKER_INSTALL = 'pip install "wagtail-clientportal[worker]"'
Q_CLUSTER_LINES = 'Q_CLUSTER = {"name": "clientportal", "orm": "default", "timeout": 60, "retry": 120, "workers": 2}'

OUTBOX = "wagtail_clientportal.OutboundMessage"
# name: what is called, how often (one of django-q2's letters), and for "I" every how many minutes
SCHEDULES = {
    "wagtail_clientportal: send what is due": ("wagtail_clientportal.actions.deliver.deliver_due", "I", 1),
    "wagtail_clientportal: go on with imports": ("wagtail_clientportal.exchange.runs.go_on", "I", 1),
    "wagtail_clientportal: go on with clearing days": ("wagtail_clientportal.clearing.runs.go_on", "I", 1),
    "wagtail_clientportal: read other calendars": (
        "wagtail_clientportal.exchange.outside_calendars.read_due",
        "I",
        15,
    ),
    "wagtail_clientportal: purge": ("wagtail_clientportal.actions.purge.purge", "D", None),
}


def after_migrate(sender, using, **kwargs) -> None:
    """Make sure that the worker's timetable has them, as they stand here. Receiver of ``post_migrate``.

    Does nothing where there is no worker (no ``Q_CLUSTER``: cron runs the commands), nor where there are no tables of
    the portal's any more: it is being uninstalled.
    """
    needed = {_schedules()._meta.db_table, apps.get_model(OUTBOX)._meta.db_table} if has_worker() else set()
    if needed and needed <= set(connections[using].introspection.table_names()):
        schedules = _schedules().objects.using(using)
        for name, values in _wanted():
            if not schedules.filter(name=name).update(**values):
                schedules.create(name=name, **values)


def in_worker(sender, **kwargs) -> None:
    """Make what the timetable lacks: ``Q_CLUSTER`` may be younger than the last ``migrate``.

    Receiver of django-q2's ``post_spawn``, which each of a worker's processes sends when it begins.
    """
    try:
        lacking = lacking_schedules()
        for name, values in _wanted():
            if name in lacking:
                _make_once(name, values)
    except DatabaseError as error:
        logger.warning("the worker's timetable could not be seen to (%s)", type(error).__name__)


def has_worker() -> bool:
    return hasattr(django_settings, "Q_CLUSTER") and apps.is_installed(WORKER_APP)


def lacking_schedules() -> set[str]:
    """Return the names of those that the timetable lacks.

    :raises DatabaseError: where there is no timetable yet.
    """
    return SCHEDULES.keys() - set(_schedules().objects.filter(name__in=SCHEDULES).values_list("name", flat=True))


def _make_once(name: str, values: dict) -> None:
    """Make it, though all processes of a worker begin at once: names aren't unique there, so the first one stays."""
    schedules = _schedules().objects.filter(name=name)
    schedules.create(name=name, **values)
    first = schedules.order_by("pk").values_list("pk", flat=True)[0]
    schedules.exclude(pk=first).delete()


def _schedules():
    return apps.get_model(WORKER_APP, "Schedule")


def _wanted() -> Iterator[tuple[str, dict]]:
    for name, (func, kind, minutes) in SCHEDULES.items():
        yield name, {"func": func, "schedule_type": kind, "minutes": minutes, "repeats": -1}
