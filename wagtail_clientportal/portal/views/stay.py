"""Staying signed in: any request of a client puts off the end of their session, and this one does nothing else."""

from django.utils.translation import gettext as _

from ..screen import screen, signed_in


@screen("GET")
@signed_in
def stay(context):
    """Say that the session goes on, and for how long. The script reads the same page without leaving its own."""
    return show_still_here(context)


def show_still_here(context):
    return context.render("stay", title=_("You are still signed in"))
