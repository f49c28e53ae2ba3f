"""Leaving the portal. A staff login in the same browser is left alone."""

from django.utils.translation import gettext as _

from ...access.pending import forget_all_pending
from ...access.sessions import end_session
from .. import announcements, drafts
from ..screen import screen


@screen("GET", "POST")
def sign_out(visit):
    """End the portal session; by POST alone, since programs follow links."""
    if visit.request.method != "POST":
        if visit.session is None:
            return show_signed_out(visit)
        response = show_question(visit)
        response["Allow"] = "POST"
        return response
    end_session(visit.request, visit.now)
    # Whoever has the device next finds nothing of theirs that waits.
    drafts.forget(visit.request)
    announcements.forget(visit.request)
    forget_all_pending(visit.request.session)
    # A redirect, so that a phone that loads the page again later asks for nothing to be posted again.
    response = visit.redirect("sign_out")
    # Not "cookies" nor "storage": a staff login in the same browser stays.
    response["Clear-Site-Data"] = '"cache"'
    return response


def show_question(visit):
    return visit.render("sign_out", title=_("Sign out?"), status=405)


def show_signed_out(visit):
    return visit.render("signed_out", title=_("You are signed out"))
