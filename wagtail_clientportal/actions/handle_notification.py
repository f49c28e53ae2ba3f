"""Mark what a notification asked somebody to do as done, for all who were asked."""

from datetime import datetime

from django.utils import timezone

from ..notifications.models import Notification
from .refusals import AlreadyHandled


def handle_notification(notification: Notification, *, by, now: datetime | None = None) -> None:
    """Write down that what *notification* asks for is done. Of two at once the first is who did it.

    :param notification: one that is to do (``is_to_do``).
    :param by: the staff user who did it.
    :param now: aware datetime; by default the clock.
    :raises AlreadyHandled: somebody had done it before; it says who and when.
    """
    the_same = Notification.objects.filter(kind=notification.kind, event_id=notification.event_id)
    if the_same.filter(read_at=None).update(read_at=now or timezone.now(), handled_by=by):
        return
    done = the_same.select_related("handled_by").get(pk=notification.pk)
    raise AlreadyHandled(by=done.handled_by, at=done.read_at)
