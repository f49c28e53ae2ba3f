"""The sweep: every minute the worker sends what is due, so that a failed message or a lost task is tried again."""

from django.apps import apps
from django.conf import settings as django_settings
from django.db import connections

SWEEP = "wagtail_clientportal: send what is due"
TASK = "wagtail_clientportal.actions.deliver.deliver_due"


def ensure_sweep(sender, using, **kwargs) -> None:
    """Make sure that the worker's schedule has the sweep. Receiver of ``post_migrate``.

    Does nothing where there is no worker (no ``Q_CLUSTER``: cron runs ``clientportal_send``).
    """
    if not (hasattr(django_settings, "Q_CLUSTER") and apps.is_installed("django_q")):
        return
    schedule = apps.get_model("django_q", "Schedule")
    if schedule._meta.db_table not in connections[using].introspection.table_names():
        return
    schedule.objects.using(using).update_or_create(
        name=SWEEP, defaults={"func": TASK, "schedule_type": "I", "minutes": 1, "repeats": -1}
    )
