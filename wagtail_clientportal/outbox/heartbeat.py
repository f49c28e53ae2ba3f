"""When did what runs by itself last come to its end?"""

from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

SWEEP = "sweep"


class Heartbeat(models.Model):
    """The last time that something ran to its end, by its name."""

    name = models.CharField(max_length=30, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = []

    def __str__(self):
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"


def beat(name: str, now: datetime) -> None:
    """Note that *name* came to its end at *now* (aware)."""
    if Heartbeat.objects.filter(name=name).update(at=now):
        return
    try:
        with transaction.atomic():
            Heartbeat.objects.create(name=name, at=now)
    except IntegrityError:
        pass  # another machine's first one came just now


def last_beat(name: str) -> datetime | None:
    """Return when *name* last came to its end; ``None``: it never did."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
