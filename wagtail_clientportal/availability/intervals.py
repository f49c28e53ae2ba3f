"""Arithmetic on half-open intervals of whole minutes, each ``(start, stop)`` with start < stop. No Django."""

from collections.abc import Iterable

Interval = tuple[int, int]


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Join what overlaps or touches.

    :param intervals: sorted by start. Empty and backward ones are left out.
    :return: sorted, disjoint, and with a gap between each two.
    """
    joined: list[Interval] = []
    begun = reached = None
    for start, stop in intervals:
        if stop <= start:
            continue
        if reached is None:
            begun, reached = start, stop
        elif start <= reached:
            if stop > reached:
                reached = stop
        else:
            joined.append((begun, reached))
            begun, reached = start, stop
    if reached is not None:
        joined.append((begun, reached))
    return joined


def without(intervals: Iterable[Interval], holes: list[Interval]) -> list[Interval]:
    """Cut *holes* out of *intervals*, in one sweep over both.

    :param intervals: sorted and disjoint; empty and backward ones are left out.
    :param holes: sorted by start. They may overlap each other; empty and backward ones take nothing.
    """
    left: list[Interval] = []
    add = left.append
    index, count = 0, len(holes)
    filled = None  # how far the holes passed by so far reach
    for start, stop in intervals:
        if filled is not None and filled > start:
            start = filled
        while index < count:
            hole_start, hole_stop = holes[index]
            if hole_start >= stop:
                break
            if hole_stop > start and hole_stop > hole_start:
                if hole_start > start:
                    add((start, hole_start))
                start = filled = hole_stop
            index += 1
        if start < stop:
            add((start, stop))
    return left
