import os

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from ...outbox.schedule import Q_CLUSTER_LINES, WORKER_INSTALL, has_worker


class Command(BaseCommand):
    help = (
        "Runs the worker, which sends emails and texts, until it is told to end (SIGTERM, SIGINT). It is django-q2's "
        "“qcluster”, and ends as well where the signal goes to all of its processes at once."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "-n", "--name", help="Work off the queue of this name instead of Q_CLUSTER's, as with “qcluster”."
        )

    def handle(self, *, name, **options):
        if not has_worker():
            raise CommandError(
                _(
                    "There is no queue to work off. Run\n    %(install)s\nand add “django_q” to INSTALLED_APPS and "
                    "to the settings:\n    %(lines)s\nThen run migrate, and try again."
                )
                % {"install": WORKER_INSTALL, "lines": Q_CLUSTER_LINES}
            )
        if name:
            os.environ["Q_CLUSTER_NAME"] = name  # where django-q2 looks for it
        # By name: the module can't be loaded where django_q isn't installed.
        import_string("wagtail_clientportal.outbox.cluster.SteadyCluster")().start()
