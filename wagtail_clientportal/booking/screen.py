"""What stands before every screen of online booking: its own switch, and whose booking it is."""

from functools import wraps

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ..access.booking_browser import has_begun, has_followed
from ..diary.models import BookingRequest
from ..screens.screen import screen_of
from .booking_context import BookingContext


def screen(*methods: str):
    """Make a view of the booking page out of ``view(context, **kwargs)``.

    :param methods: the verbs it answers; the others get 405.
    """
    return screen_of(BookingContext.of, _closed, *methods)


def _closed(context: BookingContext) -> HttpResponse | None:
    return None if context.rules.enabled else booking_off(context)


def booking_off(context: BookingContext) -> HttpResponse:
    """Show the clinic's own words for "closed"."""
    return context.render(
        "off",
        title=_("Online booking is closed"),
        off_message=context.rules.off_message,
        sign_in_url=context.sign_in_url,
    )


def own_booking(*, by_link: bool):
    """Make a decorator that hands the view the booking that the URL names, if this browser may see it.

    :param by_link: whether only those whose link it followed count, or all that it began or followed.
    """

    def decorate(view):
        @wraps(view)
        def guarded(context, public_id):
            session = context.request.session
            may_see = has_followed(session, public_id) or (not by_link and has_begun(session, public_id))
            found = BookingRequest.objects.select_related(
                "appointment_type__policy",
                "location__site",
                "clinician",
                "client",
                "appointment__clinician",
                "appointment__client",
                "site",
            ).filter(public_id=public_id, site=context.site)
            asked = found.first() if may_see else None
            return view(context, asked) if asked else context.not_found()

        return guarded

    return decorate
