"""Will messages leave by themselves, and will the clock do what it has to?"""

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError

from ..outbox.schedule import Q_CLUSTER_LINES, WORKER_APP, WORKER_INSTALL, has_worker, lacking_schedules
from .findings import error, warning

# Any of these says where django-q2 keeps its queue; without one it looks for Redis on this machine.
BROKERS = {"orm", "redis", "django_redis", "iron_mq", "sqs", "mongo", "broker_class", "sync"}


@register(Tags.compatibility)
def check_worker(app_configs, **kwargs) -> list[CheckMessage]:
    """Will messages leave by themselves?"""
    cluster = getattr(django_settings, "Q_CLUSTER", None)
    if cluster is None:
        return [
            warning(
                2,
                "Q_CLUSTER is not set, so there is no worker to send emails and texts.",
                f"Either run\n    {WORKER_INSTALL}\n"
                f'add "{WORKER_APP}" to INSTALLED_APPS and to the settings\n    {Q_CLUSTER_LINES}\n'
                "and keep “python manage.py clientportal_worker” running. Or send without a worker, by these lines in "
                "a crontab\n"
                "    * * * * * cd /path/to/site && python manage.py clientportal_send -v 0\n"
                "    0 4 * * * cd /path/to/site && python manage.py clientportal_purge -v 0\n"
                "and say so in the settings:\n"
                '    SILENCED_SYSTEM_CHECKS = ["wagtail_clientportal.W002"]',
            )
        ]
    if not isinstance(cluster, dict):
        return [error(9, "Q_CLUSTER has to be a dict.", f"For example:\n    {Q_CLUSTER_LINES}")]
    found = []
    if not any(cluster.get(name) for name in BROKERS):
        found.append(
            warning(
                3,
                "Q_CLUSTER doesn't say where the queue is, so the worker looks for Redis on this machine.",
                f'To keep it in the database, add "orm": "default", like this:\n    {Q_CLUSTER_LINES}',
            )
        )
    timeout, retry = cluster.get("timeout"), cluster.get("retry", 60)
    if timeout and retry and retry <= timeout:
        found.append(
            warning(
                4,
                f"In Q_CLUSTER “retry” ({retry} seconds) has to be more than “timeout” ({timeout} seconds); otherwise "
                "a task is started again while it still runs.",
                f"For example:\n    {Q_CLUSTER_LINES}",
            )
        )
    return found


@register(Tags.database)
def check_schedules(app_configs, databases=None, **kwargs) -> list[CheckMessage]:
    """Does the worker know what it does by the clock? Before there is a timetable there is nothing to say."""
    if not databases or not has_worker():
        return []
    try:
        lacking = lacking_schedules()
    except DatabaseError:
        return []
    if not lacking:
        return []
    names = ", ".join(f"“{name}”" for name in sorted(lacking))
    return [
        warning(
            8,
            f"The worker's timetable lacks {names}: Q_CLUSTER is younger than the last “migrate”, or somebody deleted "
            "that.",
            "The worker makes it when it begins. Start it again, or run:\n    python manage.py migrate",
        )
    ]
