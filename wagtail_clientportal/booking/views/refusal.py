"""Where something can't be booked online: why, and what to do instead."""

from ...screens.explanation import Explanation


def show_refusal(context, explanation: Explanation, *, again: str = "", status: int = 200):
    """:param again: where there are other times to choose from."""
    return context.render("refusal", title=explanation.heading, explanation=explanation, again=again, status=status)
