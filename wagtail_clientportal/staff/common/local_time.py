"""How moments are said to staff: in the location's zone, which is named where it isn't the site's, never in their own.

Wagtail activates each staff user's time zone, so nothing here may lean on the current one.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ...practice.dates import with_zone
from ...practice.location import default_timezone


def site_zone() -> ZoneInfo:
    """The zone of what belongs to no location (time off for everybody, a sign-in link)."""
    return ZoneInfo(default_timezone())


def zone_of(location) -> ZoneInfo:
    """The zone of *location*, or the site's own where that is ``None``."""
    return location.zone if location else site_zone()


def day(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day that *moment* (aware) falls on in *zone*, as in "Wed 25 Nov 2026"."""
    return date_format(moment.astimezone(zone), "D j M Y")


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return what the clocks of *zone* show at *moment* (aware), as in "10:00"."""
    return date_format(moment.astimezone(zone), "H:i")


def day_and_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """Return "Wed 25 Nov 2026, 10:00" ("" without a moment)."""
    if moment is None:
        return ""
    return with_zone(_("%(day)s, %(time)s") % {"day": day(moment, zone), "time": clock(moment, zone)}, zone)


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return "Wed 25 Nov 2026, 10:00–10:30"; two days where it ends on another one."""
    if day(start, zone) == day(end, zone):
        times = {"day": day(start, zone), "from": clock(start, zone), "until": clock(end, zone)}
        return with_zone(_("%(day)s, %(from)s–%(until)s") % times, zone)
    times = {
        "from_day": day(start, zone),
        "from": clock(start, zone),
        "until_day": day(end, zone),
        "until": clock(end, zone),
    }
    return with_zone(_("%(from_day)s, %(from)s – %(until_day)s, %(until)s") % times, zone)


def start_of_day(local_day: date, zone: ZoneInfo) -> datetime:
    """The first moment (UTC) of a local day, also where the clocks skip midnight."""
    return datetime.combine(local_day, time.min, tzinfo=zone).astimezone(UTC)
