"""Leaving the portal. A staff login in the same browser is left alone."""

from django.utils.translation import gettext as _

from ...access.booking_browser import forget_bookings
from ...access.pending import forget_all_pending
from ...access.sessions import end_session, leave
from ...access.sign_in_code import forget_asking
from ...screens import typed_before
from .. import announcements, drafts, typed_contact
from ..screen import screen


@screen("GET", "POST")
def sign_out(context):
    """End the portal session; by POST alone, since programs follow links."""
    if context.request.method != "POST":
        if context.session is None:
            return show_signed_out(context)
        response = show_question(context)
        response["Allow"] = "POST"
        return response
    end_session(context.request, context.now)
    # Whoever has the device next finds nothing of theirs that waits.
    drafts.forget(context.request)
    announcements.forget(context.request)
    typed_contact.forget(context.request)
    typed_before.forget(context.request)
    forget_bookings(context.request.session)
    forget_asking(context.request.session)
    forget_all_pending(context.request.session)
    leave(context.request.session)
    # A redirect, so that a phone that loads the page again later asks for nothing to be posted again.
    response = context.redirect("sign_out")
    # Not "cookies" nor "storage": a staff login in the same browser stays.
    response["Clear-Site-Data"] = '"cache"'
    return response


def show_question(context):
    return context.render("sign_out", title=_("Sign out?"), status=405)


def show_signed_out(context):
    return context.render("signed_out", title=_("You are signed out"))
