"""What keeps messages from leaving: told once when it begins, and once when it is over."""

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..outbox.channels.registry import channel_of

# What comes and goes is one trouble, told once.
CALM = timedelta(minutes=10)

# The trouble that nothing is sent at all; any other has the key of the channel by which nothing gets out.
WORKER = "worker"


class Trouble(models.Model):
    """One row a kind of trouble: when it was last seen, and whether it goes on."""

    key = models.CharField(max_length=20, unique=True)  # WORKER, or a channel's
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("trouble")
        verbose_name_plural = _("troubles")
        default_permissions = []

    def __str__(self):
        return f"{self.key} since {self.began_at:%Y-%m-%d %H:%M}"


def how_it_began(key: str) -> str:
    """Say in a line what is wrong."""
    if key == WORKER:
        return gettext("Messages are not being sent: the worker has stopped")
    return gettext("%(messages)s are not getting out") % {"messages": capfirst(str(channel_of(key).plural))}


def how_it_ended(key: str) -> str:
    """Say in a line that it is over."""
    if key == WORKER:
        return gettext("Messages are being sent again: the worker runs")
    return gettext("%(messages)s are getting out again") % {"messages": capfirst(str(channel_of(key).plural))}


def seen(key: str, now: datetime) -> bool:
    """Note that the trouble is there at *now*; return whether it began just then.

    Of any number who see it at once, one is told that it began.
    """
    found = Trouble.objects.filter(key=key)
    if found.filter(ended_at=None).update(seen_at=now):
        return False
    if found.exclude(ended_at=None).update(began_at=now, seen_at=now, ended_at=None):
        return True
    try:
        with transaction.atomic():
            Trouble.objects.create(key=key, began_at=now, seen_at=now)
    except IntegrityError:
        return False
    return True


def not_seen(key: str, now: datetime) -> bool:
    """Note that the trouble isn't there at *now*; return whether that ended it: it hasn't been for ``CALM``."""
    return bool(Trouble.objects.filter(key=key, ended_at=None, seen_at__lte=now - CALM).update(ended_at=now))


def going_on() -> set[str]:
    """Return the keys of the troubles that haven't ended."""
    return set(Trouble.objects.filter(ended_at=None).values_list("key", flat=True))
