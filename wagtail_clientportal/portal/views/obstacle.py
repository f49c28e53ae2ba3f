"""Where something can't be done online: why, and what to do instead."""

from ..presenters import present
from ..wording import Explanation


def show_obstacle(visit, appointment, explanation: Explanation):
    return visit.render(
        "obstacle",
        title=explanation.heading,
        explanation=explanation,
        appointment=present(visit, appointment),
    )
