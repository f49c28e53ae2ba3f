"""When is it that the clocks of a place show what somebody typed?"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .dates import zone_in_words


def from_local(local_day: date, clock: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Return the moment (UTC) when the clocks of *zone* show *clock* on *local_day*.

    :param last: of a time that comes twice in autumn, take the second pass.
    :raises ValidationError: for a time that the clocks skip in spring.
    """
    found = datetime.combine(local_day, clock, tzinfo=zone).replace(fold=int(last)).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != datetime.combine(local_day, clock):
        raise ValidationError(
            _("The clocks go forward that night: there is no %(clock)s in %(zone)s. Choose another time."),
            params={"clock": clock.strftime("%H:%M"), "zone": zone_in_words(zone)},
        )
    return found


def validate_day(local_day: date) -> None:
    # Days at the edge of the calendar have no neighbour and can't be said in every zone.
    if not 2000 <= local_day.year < 2100:
        raise ValidationError(_("Choose a day in this century."))
