"""Counting what may happen only so often. In the database, so that it holds for every process and machine."""

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Throttle(models.Model):
    """How often something happened since its period began."""

    key = models.CharField(max_length=160, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("throttle")
        verbose_name_plural = _("throttles")

    def __str__(self):
        return f"Throttle #{self.pk}"


def take(key: str, *, most: int, period: timedelta, now: datetime) -> bool:
    """Count one more of *key* if there were fewer than *most* in this period; return whether it was counted.

    Each step is one conditional update, so that any number at once get no more than *most*. A period begins with the
    first that is counted.

    :param now: aware datetime.
    """
    if most < 1:
        return False
    _end_period(key, period, now)
    while not _count(key, most):
        if Throttle.objects.filter(key=key, count__gte=most).exists():
            return False
        try:
            with transaction.atomic():
                Throttle.objects.create(key=key, count=1, since=now)
        except IntegrityError:
            continue  # somebody else began the period just now: count in theirs
        return True
    return True


def is_exhausted(key: str, *, most: int, period: timedelta, now: datetime) -> bool:
    """Whether ``take`` would refuse now."""
    return Throttle.objects.filter(key=key, count__gte=most, since__gt=now - period).exists()


def give_back(key: str) -> None:
    """Take one count back: it was not what is limited."""
    Throttle.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def forget(key: str) -> None:
    """Begin again at nothing."""
    Throttle.objects.filter(key=key).delete()


def _end_period(key: str, period: timedelta, now: datetime) -> None:
    Throttle.objects.filter(key=key, since__lte=now - period).update(count=0, since=now)


def _count(key: str, most: int) -> bool:
    return bool(Throttle.objects.filter(key=key, count__lt=most).update(count=F("count") + 1))
