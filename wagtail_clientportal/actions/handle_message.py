"""Mark what a client wrote as handled, or as not handled after all."""

from datetime import datetime

from django.utils import timezone

from ..diary.models import ClientMessage
from .refusals import AlreadyHandled


def handle_message(message: ClientMessage, *, by, now: datetime | None = None) -> ClientMessage:
    """Write down that *message* is handled, and return it as it is then. Of two at once the first is who did it.

    :param by: the staff user who handled it.
    :param now: aware datetime; by default the clock.
    :raises AlreadyHandled: somebody had marked it before; it says who and when.
    """
    handled = ClientMessage.objects.filter(pk=message.pk, handled_at=None).update(
        handled_at=now or timezone.now(), handled_by=by
    )
    message = ClientMessage.objects.select_related("handled_by").get(pk=message.pk)
    if not handled:
        raise AlreadyHandled(by=message.handled_by, at=message.handled_at)
    return message


def unhandle_message(message: ClientMessage) -> ClientMessage:
    """Let *message* wait again, and return it as it is then. It may have been waiting already."""
    ClientMessage.objects.filter(pk=message.pk).update(handled_at=None, handled_by=None)
    return ClientMessage.objects.get(pk=message.pk)
