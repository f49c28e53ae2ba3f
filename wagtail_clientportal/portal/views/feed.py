"""``p/calendar/<token>.ics``: what calendar programs read, again and again, without anybody signing in."""

import logging

from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ...access.feeds import find_feed, may_be_read
from ...exchange.calendar_feeds import feed_calendar
from .link import unlogged

logger = logging.getLogger(__name__)

_READ_AGAIN_AFTER = 3600  # seconds


@csrf_exempt  # it changes nothing, and a refusal would be logged with the token
def read(request, token: str) -> HttpResponse:
    """Answer with the calendar; whatever is wrong with a token, the answer is one and the same."""
    if request.method not in ("GET", "HEAD"):
        return unlogged(HttpResponseNotAllowed(["GET", "HEAD"]))
    try:
        return unlogged(_read(token))
    except Exception as error:
        # Django's report of it would hold the path, and that the token.
        logger.error("a calendar feed could not be read (%s)", type(error).__name__)
        return unlogged(_in_words(_("This calendar can’t be read at the moment."), status=503))


def _read(token: str) -> HttpResponse:
    now = timezone.now()
    feed = find_feed(token)
    if feed is None:
        return HttpResponseNotFound(
            _("There is no such calendar (any more)."), content_type="text/plain; charset=utf-8"
        )
    if not may_be_read(feed, now):
        return _in_words(_("This calendar was read too often. It can be read again in an hour."), status=429)
    response = HttpResponse(feed_calendar(feed, now), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    feed.note_read(now)
    return response


def _in_words(words: str, *, status: int) -> HttpResponse:
    headers = {"Retry-After": str(_READ_AGAIN_AFTER)}
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8", headers=headers)
