"""Which of several things that overlap stands beside which? No Django."""

from collections.abc import Iterable

from ....availability.intervals import Interval


def lanes(intervals: Iterable[Interval]) -> list[tuple[int, int]]:
    """Return for each interval the lane that it stands in, from 0, and how many lanes there are side by side.

    What doesn't overlap anything has the whole width: lane 0 of 1. As few lanes are opened as there are things at one
    moment, and everything that hangs together shares their number.

    :param intervals: half-open, sorted by start.
    """
    placed: list[int] = []
    widths: list[int] = []
    reached: list[int] = []  # how far each lane of what hangs together is taken
    begun = 0  # the first interval of what hangs together
    for start, stop in intervals:
        if reached and start >= max(reached):
            widths += [len(reached)] * (len(placed) - begun)
            begun, reached = len(placed), []
        lane = next((number for number, end in enumerate(reached) if end <= start), len(reached))
        if lane == len(reached):
            reached.append(stop)
        else:
            reached[lane] = stop
        placed.append(lane)
    widths += [len(reached)] * (len(placed) - begun)
    return list(zip(placed, widths, strict=True))
