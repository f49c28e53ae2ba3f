"""Asking the worker to send a message as soon as the transaction that wrote it is through."""

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
    transaction.on_commit(lambda: _enqueue(message.pk))


def _enqueue(pk: int) -> None:
    if not hasattr(django_settings, "Q_CLUSTER"):
        return  # no worker here: cron runs clientportal_send
    try:
        # By name: importing django-q2 where it isn't installed would end every command before its check can say so.
        import_string("django_q.tasks.async_task")(TASK, pk)
    except Exception as error:
        logger.warning("message %s was not handed to the worker (%s); the sweep will send it", pk, type(error).__name__)
