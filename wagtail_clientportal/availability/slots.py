"""Hours, what is busy and how long an appointment takes → when it may start. Whole minutes throughout; no Django."""

from bisect import bisect_right
from operator import attrgetter

from .intervals import Interval, merged, without

_by_start = attrgetter("start")


def bookable_starts(
    hours: list[Interval],
    grid: list[range],
    busy: list[Interval],
    time_off: list[Interval],
    *,
    duration: int,
    buffer: int,
    earliest: int,
    latest_end: int,
) -> list[int]:
    """Return the sorted minutes at which an appointment may start.

    The appointment itself has to lie inside the hours (those that touch are one reach) and outside time off; with
    its buffer it may not meet anything busy.

    :param hours: working intervals, in any order.
    :param grid: the starts that each working interval offers, before anything is taken away.
    :param busy: intervals that are taken, the buffers behind them included.
    :param duration: minutes the appointment takes, at least 1.
    :param buffer: minutes kept free after it.
    :param earliest: the first minute at which it may start.
    :param latest_end: the minute by which it has to end.
    """
    # An appointment meets [a, b) when it starts in [a - length + 1, b): shrink and grow the intervals by its length,
    # and what remains is every minute at which it may start.
    reach = [(max(start, earliest), min(stop, latest_end) - duration + 1) for start, stop in merged(sorted(hours))]
    before_busy, before_off = duration + buffer - 1, duration - 1
    taken = [(start - before_busy, stop) for start, stop in busy]
    taken += [(start - before_off, stop) for start, stop in time_off]
    taken.sort()
    return on_grid(grid, without(reach, taken))


def on_grid(grid: list[range], open_starts: list[Interval]) -> list[int]:
    """Return the minutes of *grid* that lie in *open_starts* (sorted, disjoint), sorted and each once."""
    starts: list[int] = []
    extend = starts.extend
    runs = sorted(grid, key=_by_start)
    count = len(open_starts)
    reached = None
    overlapping = False
    for run in runs:
        first, stop, step = run.start, run.stop, run.step
        if reached is not None and first < reached:
            overlapping = True
        reached = stop if reached is None or stop > reached else reached
        # The interval before may reach into this run.
        index = max(bisect_right(open_starts, (first,)) - 1, 0)
        while index < count:
            start, end = open_starts[index]
            if start >= stop:
                break
            index += 1
            if start <= first:
                start = first
            else:
                start += (first - start) % step  # up to the next line of the grid
            if end > stop:
                end = stop
            if start < end:
                extend(range(start, end, step))
    return sorted(set(starts)) if overlapping else starts
