"""What is counted, line by line. Plain values.

A line belongs to a ``row``: the number of a week, or the pk of a clinician or a location. A row of a table adds up its
lines.
"""

from datetime import timedelta
from typing import NamedTuple

# Notice given is less than each of these, by its number here; what is longer has the number after them.
NOTICE = (timedelta(0), timedelta(hours=24), timedelta(hours=48), timedelta(days=7))


class Held(NamedTuple):
    """Numbers of appointments, and minutes."""

    row: int
    clinician: int
    kept: int  # that hold their place
    begun: int  # of these, whose time has come
    missed: int
    cancelled: int
    minutes: int  # of those kept


class Worked(NamedTuple):
    """Minutes of hours; ``None`` where it can't be told how many of them are there."""

    row: int
    minutes: int | None


class Done(NamedTuple):
    """What was done to how many appointments: by whom, with what notice, and whether the place is taken again."""

    row: int
    kind: str  # of an ``AppointmentEvent``
    by: str
    notice: int  # an index of ``NOTICE``, or the one after it
    freed: int  # 1 where a place was, else 0
    filled: bool
    number: int


class Sent(NamedTuple):
    """Numbers of messages to clients."""

    row: int | None  # ``None`` for nobody's, and nowhere: about no appointment
    sent: int
    failed: int


class Portal(NamedTuple):
    """Numbers of clients, whatever the period. Why somebody can't use it may be several things at once."""

    can: int
    inactive: int
    no_access: int
    no_date_of_birth: int
    no_postcode: int
    no_contact: int
