"""What staff are told where nothing can be saved: somebody else holds the record, or the database takes no changes."""

import logging
from functools import wraps

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ...diary.database_errors import is_busy, takes_no_changes

logger = logging.getLogger(__name__)


def says_that_nothing_was_saved(view):
    """Make a view of the admin answer by a page that keeps what was typed, where it would crash on such a database."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DatabaseError as error:
            if not takes_no_changes(error):
                raise
            logger.warning("nothing could be saved: %s", error)
            return _cannot_save(request, error)

    return answer


class SaysThatNothingWasSaved:
    """Goes before a viewset's base."""

    def get_urlpatterns(self):
        return decorate_urlpatterns(super().get_urlpatterns(), says_that_nothing_was_saved)


def _cannot_save(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "why": _("Somebody else is saving this at this moment.")
        if is_busy(error)
        else _("The database takes no changes at the moment."),
        "sent": [(name, value) for name, value in sent if name != "csrfmiddlewaretoken"],
        "is_sent_again": request.method == "POST",
    }
    response = render(request, "wagtail_clientportal/staff/cannot_save.html", context, status=503)
    response["Retry-After"] = "60"  # seconds
    return response
