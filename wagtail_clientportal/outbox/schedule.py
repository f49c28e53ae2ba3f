"""What the worker does by the clock: send what is due every minute, so that a failed message or a lost task is tried
again; and delete once a day what has done its work."""

from django.apps import apps
from django.conf import settings as django_settings
from django.db import connections

# name: what is called, how often (one of django-q2's letters), and for "I" every how many minutes
SCHEDULES = {
    "wagtail_clientportal: send what is due": ("wagtail_clientportal.actions.deliver.deliver_due", "I", 1),
    "wagtail_clientportal: purge": ("wagtail_clientportal.actions.purge.purge", "D", None),
}


def ensure_schedules(sender, using, **kwargs) -> None:
    """Make sure that the worker's timetable has them. Receiver of ``post_migrate``.

    Does nothing where there is no worker (no ``Q_CLUSTER``: cron runs the commands).
    """
    if not (hasattr(django_settings, "Q_CLUSTER") and apps.is_installed("django_q")):
        return
    schedule = apps.get_model("django_q", "Schedule")
    if schedule._meta.db_table not in connections[using].introspection.table_names():
        return
    for name, (func, kind, minutes) in SCHEDULES.items():
        schedule.objects.using(using).update_or_create(
            name=name, defaults={"func": func, "schedule_type": kind, "minutes": minutes, "repeats": -1}
        )
