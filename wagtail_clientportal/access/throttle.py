"""Counting what may happen only so often. In the database, so that it holds for every process and machine."""

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
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


def nameless(contact: str) -> str:
    """Return what stands for *contact* (a key) in a throttle's key, so that no row says whose it is.

    Keyed, because all mobile numbers are quickly tried. It has always the same length, and to some databases é is e.
    """
    return salted_hmac("clientportal.throttle", contact, algorithm="sha256").hexdigest()


def take(key: str, *, limit: int, period: timedelta, now: datetime) -> bool:
    """Count one more of *key* if there were fewer than *limit* in this period; return whether it was counted.

    Each step is one conditional update, so that any number at once get no more than *limit*. A period begins with the
    first that is counted.

    :param now: aware datetime.
    """
    if limit < 1:
        return False
    _end_period(key, period, now)
    while not _count(key, limit):
        if Throttle.objects.filter(key=key, count__gte=limit).exists():
            return False
        try:
            with transaction.atomic():
                Throttle.objects.create(key=key, count=1, since=now)
        except IntegrityError:
            continue  # somebody else began the period just now: count in theirs
        return True
    return True


def is_exhausted(key: str, *, limit: int, period: timedelta, now: datetime) -> bool:
    """Whether ``take`` would refuse now."""
    return Throttle.objects.filter(key=key, count__gte=limit, since__gt=now - period).exists()


def give_back(key: str) -> None:
    """Take one count back: it was not what is limited."""
    Throttle.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def forget(key: str) -> None:
    """Begin again at nothing."""
    # Not deleted: on MariaDB that and somebody else's insert of the same key can wait for each other.
    Throttle.objects.filter(key=key).update(count=0)


def _end_period(key: str, period: timedelta, now: datetime) -> None:
    begun = Q(since__gt=now - period, count__gt=0)
    Throttle.objects.filter(~begun, key=key).update(count=0, since=now)


def _count(key: str, limit: int) -> bool:
    return bool(Throttle.objects.filter(key=key, count__lt=limit).update(count=F("count") + 1))
