"""What stands before every screen of the portal: its switch, the session, and whose appointment it is."""

from functools import partial, wraps

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ..access.models import PortalSession
from ..access.sessions import end_session, last_session
from ..compiled_once import compiled_once
from ..diary.models import Appointment
from ..diary.queries import of_client
from ..policies.models import BookingSettings
from ..screens.screen import screen_of
from ..screens.screen_context import ScreenContext
from . import drafts
from .announcements import SIGNED_OUT, TIMED_OUT, announce
from .portal_context import PortalContext


def screen(*methods: str, touch: bool = True):
    """Make a view of the portal page out of ``view(context, **kwargs)``.

    :param methods: the verbs it answers; the others get 405.
    :param touch: whether asking for it puts off the end of the session; not where a script asks by itself.
    """
    return screen_of(partial(PortalContext.of, touch=touch), _closed, *methods)


def _closed(context: ScreenContext) -> HttpResponse | None:
    return None if context.portal_settings.enabled else portal_off(context)


def signed_in(view):
    """Send whoever has no session to the sign-in form, and say so where theirs has just run out."""

    @wraps(view)
    def guarded(context, **kwargs):
        if context.session is not None:
            return view(context, **kwargs)
        if context.request.method != "HEAD" and (ended := _end_session_of_this_site(context)):
            announce(context.request, TIMED_OUT if ended.has_timed_out(context.now) else SIGNED_OUT)
            drafts.keep_posted(context.request, ended.client, kwargs.get("public_id"), context.now)
        return context.redirect("sign_in")

    return guarded


def own_appointment(view):
    """Hand the view the appointment that the URL names, if this session opens it; otherwise it doesn't exist."""

    @signed_in
    @wraps(view)
    def guarded(context, public_id, **kwargs):
        for appointment in of_session(_named, context, public_id):
            appointment.client = context.session.client  # saves asking for it again
            return view(context, appointment, **kwargs)
        return context.not_found()

    return guarded


def of_session(question, context: ScreenContext, *values):
    """Put *question* about the appointments that the client's session opens, which are those of ``opened``.

    :param question: takes what ``opened`` takes, with *values* behind what comes by position.
    """
    session, site = context.session, context.site
    return question(
        session.client_id,
        site.pk,
        session.appointment_id,
        *values,
        is_default_site=site.is_default_site,
        is_full=session.is_full,
    )


def opened(client_id, site_id, appointment_id, *, is_default_site: bool, is_full: bool) -> QuerySet[Appointment]:
    """The appointments that a session opens: all of the client's at the site, or one."""
    appointments = of_client(client_id, site_id, is_default_site=is_default_site)
    return appointments if is_full else appointments.filter(pk=appointment_id)


@compiled_once
def _named(client_id, site_id, appointment_id, public_id, **session):
    return opened(client_id, site_id, appointment_id, **session).filter(public_id=public_id)


def portal_off(context: ScreenContext) -> HttpResponse:
    """Show the clinic's own words for "closed"; sessions end with the switch."""
    if not context.is_preview:
        drafts.forget(context.request)
        _end_session_of_this_site(context)
    booking = BookingSettings.for_site(context.site)
    return context.render(
        "off",
        title=_("Our online service is closed"),
        off_message=context.portal_settings.off_message,
        booking_off_message="" if booking.enabled else booking.off_message,
    )


def _end_session_of_this_site(context: ScreenContext) -> PortalSession | None:
    """End the session that this browser has or had here, and return it as it was.

    Sites may share a cookie: another site's session is left alone.
    """
    found = last_session(context.request, context.site)
    if found is not None:
        end_session(context.request, context.now)
    return found
