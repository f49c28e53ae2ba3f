"""What stands before every screen: the portal's switch, the verbs, the session, and whose appointment it is."""

from functools import wraps

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.debug import SafeExceptionReporterFilter

from ..access.models import PortalSession
from ..access.sessions import end_session, last_session
from ..diary.queries import of_client
from ..policies.models import BookingSettings
from . import drafts
from .announcements import SIGNED_OUT, TIMED_OUT, announce
from .responses import with_portal_headers
from .visit import Visit


def screen(*methods: str, touch: bool = True):
    """Make a view of the portal page out of ``view(visit, **kwargs)``.

    While the portal is off nothing else is asked or done, whatever the verb. HEAD goes wherever GET goes.

    :param methods: the verbs it answers; the others get 405.
    :param touch: whether asking for it puts off the end of the session; not where a script asks by itself.
    """
    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)

    def decorate(view):
        @wraps(view)
        def serve(page, request, **kwargs):
            request.exception_reporter_filter = _NothingOfTheClients()
            visit = Visit.of(page, request, touch=touch)
            if not visit.clinic.enabled:
                response = portal_off(visit)
            elif request.method not in allowed:
                response = not_allowed(visit, allowed)
            else:
                response = view(visit, **kwargs)
            return with_portal_headers(response)

        return serve

    return decorate


class _NothingOfTheClients(SafeExceptionReporterFilter):
    """A report of a crash is mailed around: what a client typed has no place in it, nor has any value of the code that
    dealt with it, however deep. Under ``DEBUG`` it is all there.
    """

    def get_post_parameters(self, request):
        posted = super().get_post_parameters(request)
        return dict.fromkeys(posted, self.cleansed_substitute) if self.is_active(request) else posted

    def get_traceback_frame_variables(self, request, tb_frame):
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return (
            [(name, self.cleansed_substitute) for name, _value in variables] if self.is_active(request) else variables
        )


def signed_in(view):
    """Send whoever has no session to the sign-in form, and say so where theirs has just run out."""

    @wraps(view)
    def guarded(visit, **kwargs):
        if visit.session is not None:
            return view(visit, **kwargs)
        if visit.request.method != "HEAD" and (ended := _end_session_of_this_site(visit)):
            announce(visit.request, TIMED_OUT if ended.has_timed_out(visit.now) else SIGNED_OUT)
            drafts.keep_posted(visit.request, ended.client, kwargs.get("public_id"), visit.now)
        return visit.redirect("sign_in")

    return guarded


def own_appointment(view):
    """Hand the view the appointment that the URL names, if this session opens it; otherwise it doesn't exist."""

    @signed_in
    @wraps(view)
    def guarded(visit, public_id, **kwargs):
        appointment = appointments_of(visit).filter(public_id=public_id).first()
        return visit.not_found() if appointment is None else view(visit, appointment, **kwargs)

    return guarded


def appointments_of(visit: Visit):
    """The appointments that the visit's session opens: all of the client's at the site, or one."""
    appointments = of_client(visit.session.client, visit.site)
    return appointments if visit.session.is_full else appointments.filter(pk=visit.session.appointment_id)


def portal_off(visit: Visit) -> HttpResponse:
    """Show the clinic's own words for "closed"; sessions end with the switch."""
    if not visit.is_preview:
        drafts.forget(visit.request)
        _end_session_of_this_site(visit)
    booking = BookingSettings.for_site(visit.site)
    return visit.render(
        "off",
        title=_("Our online service is closed"),
        off_message=visit.clinic.off_message,
        booking_off_message="" if booking.enabled else booking.off_message,
    )


def _end_session_of_this_site(visit: Visit) -> PortalSession | None:
    """End the session that this browser has or had here, and return it as it was.

    Sites may share a cookie: another site's session is left alone.
    """
    found = last_session(visit.request, visit.site)
    if found is not None:
        end_session(visit.request, visit.now)
    return found


def not_allowed(visit: Visit, allowed: set[str]) -> HttpResponse:
    response = visit.not_found()
    response.status_code = 405
    response["Allow"] = ", ".join(sorted(allowed))
    return response
