"""What stands before every screen: whether it is open, the verbs, and a database that takes no changes."""

import logging
from collections.abc import Callable
from functools import wraps

from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.debug import SafeExceptionReporterFilter

from ..diary.database_errors import takes_no_changes
from .bad_request import show_unreadable
from .responses import with_portal_headers
from .screen_context import ScreenContext
from .unreadable import is_unreadable

logger = logging.getLogger(__name__)


def screen_of(
    begin: Callable[..., ScreenContext], closed: Callable[[ScreenContext], HttpResponse | None], *methods: str
):
    """Make a decorator that makes a view of a page out of ``view(context, **kwargs)``.

    While it is closed nothing else is asked or done, whatever the verb. HEAD goes wherever GET goes.

    :param begin: makes the context out of the page and the request.
    :param closed: the answer where nobody is let in; ``None`` where it is open.
    :param methods: the verbs it answers; the others get 405.
    """
    allowed = {*methods, "HEAD"} if "GET" in methods else set(methods)

    def decorate(view):
        @wraps(view)
        def serve(page, request, **kwargs):
            request.exception_reporter_filter = _HidesClientData()
            request.is_client_portal = True  # for whoever has to answer a crash
            if is_unreadable(request):
                return with_portal_headers(show_unreadable(page, request))
            context = begin(page, request)
            try:
                response = closed(context)
                if response is None:
                    response = view(context, **kwargs) if request.method in allowed else not_allowed(context, allowed)
                _save_session(request)
            except DatabaseError as error:
                if not takes_no_changes(error):
                    raise
                logger.warning("the database takes no changes: %s", error)
                response = cannot_save(context)
            return with_portal_headers(response)

        return serve

    return decorate


def _save_session(request: HttpRequest) -> None:
    """Where a page was only read, and the database takes no changes, do without what the session was to note.

    Django's middleware would save it after the view, and answer with an error.
    """
    if request.method not in ("GET", "HEAD") or not request.session.modified or request.session.is_empty():
        return
    try:
        request.session.save()
    except (DatabaseError, UpdateError) as error:
        # Django's own store raises the second in the place of the first. What else is the matter, the middleware meets.
        refused = error.__context__ if isinstance(error, UpdateError) else error
        if isinstance(refused, DatabaseError) and takes_no_changes(refused):
            request.session.modified = False


class _HidesClientData(SafeExceptionReporterFilter):
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


def cannot_save(context: ScreenContext) -> HttpResponse:
    """Say that nothing can be saved for the moment, and show what the client wrote, to copy or read out."""
    response = context.render(
        "cannot_save",
        title=_("We can’t save anything right now"),
        status=503,
        unsent=context.request.POST.get("message", ""),
    )
    response["Retry-After"] = "60"  # seconds
    return response


def not_allowed(context: ScreenContext, allowed: set[str]) -> HttpResponse:
    response = context.not_found()
    response.status_code = 405
    response["Allow"] = ", ".join(sorted(allowed))
    return response
