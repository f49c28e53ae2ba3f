"""Times for the races, all within a clinician's hours and a client's windows as seen at ``NOW``."""

from datetime import UTC, datetime, timedelta

from .racers import RACERS

# NOW of tests/factories.py is Monday 23 November 2026. In winter London is on UTC.
FIRST_DAY = datetime(2026, 11, 25, tzinfo=UTC)
# Where appointments stand before they are moved.
LATER_DAY = datetime(2027, 1, 4, tzinfo=UTC)
HOURS = range(9, 17)
A_QUARTER = timedelta(minutes=15)


def slots(count: int) -> list[datetime]:
    """*count* starts an hour apart, on weekdays between 9:00 and 16:00."""
    days = (FIRST_DAY + timedelta(days=number) for number in range(38))
    starts = [day.replace(hour=hour) for day in days if day.weekday() < 5 for hour in HOURS]
    return starts[:count]


def asked_for(slot: datetime, number: int) -> list[datetime]:
    """What each racer asks for in round *number*: the slot, or in every other round half of them one that overlaps."""
    return [slot + A_QUARTER if number % 2 and racer % 2 else slot for racer in range(RACERS)]


def old_places() -> list[datetime]:
    """A start for each racer, on a day of their own."""
    return [LATER_DAY.replace(hour=hour) for hour in HOURS]
