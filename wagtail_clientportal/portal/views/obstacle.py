"""Where something can't be done online: why, and what to do instead."""

from ..presenters import present
from ..wording import Explanation


def show_obstacle(visit, appointment, explanation: Explanation, *, unsent: str = ""):
    """:param unsent: a message that the client typed in vain, to copy or read out."""
    return visit.render(
        "obstacle",
        title=explanation.heading,
        explanation=explanation,
        unsent=unsent,
        appointment=present(visit, appointment),
    )
