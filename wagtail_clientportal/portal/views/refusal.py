"""Where something can't be done online: why, and what to do instead."""

from ...screens.explanation import Explanation
from ...screens.presenters import present


def show_refusal(context, appointment, explanation: Explanation, *, unsent: str = ""):
    """:param unsent: a message that the client typed in vain, to copy or read out."""
    return context.render(
        "obstacle",
        title=explanation.heading,
        explanation=explanation,
        unsent=unsent,
        appointment=present(context, appointment),
    )
