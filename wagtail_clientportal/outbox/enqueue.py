"""Handing work to the worker: a message, as soon as the transaction that wrote it is through."""

import logging

from django.conf import settings as django_settings
from django.db import transaction
from django.utils.module_loading import import_string

from .outbound_message import OutboundMessage

logger = logging.getLogger(__name__)

TASK = "wagtail_clientportal.actions.deliver.deliver"


def send_after_commit(message: OutboundMessage) -> None:
    """Hand the message to the worker after commit.

    A broker that is down costs nothing but time: the row stands, and the sweep sends it.
    """
    transaction.on_commit(lambda: enqueue(TASK, message.pk))


def enqueue(task: str, pk: int, **options) -> None:
    """Hand the row with this *pk* to the worker, if there is one.

    :param task: dotted path of the function that is called with it.
    :param options: django-q2's own, for this task alone.
    """
    if not hasattr(django_settings, "Q_CLUSTER"):
        return  # no worker here: cron runs clientportal_send
    try:
        # By name: importing django-q2 where it isn't installed would end every command before its check can say so.
        import_string("django_q.tasks.async_task")(task, pk, **options)
    except Exception as error:
        logger.warning("%s %s was not handed to the worker (%s); the sweep finds it", task, pk, type(error).__name__)
