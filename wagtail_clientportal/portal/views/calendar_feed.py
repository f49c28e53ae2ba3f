"""All of a client's appointments in their own calendar program, which reads them again and again."""

from django.utils.translation import gettext as _

from ...access.feeds import client_feeds, feed_url, make_client_feed
from ..screen import screen, signed_in

END = "end"  # what the button sends that ends a feed


@screen("GET", "POST")
@signed_in
def calendar_feed(context):
    """Tell of the feed; by POST alone make it, which ends the one before, or end it."""
    session = context.session
    if not session.is_full:
        return context.not_found()
    feeds = client_feeds(session.client, context.site)
    if context.request.method != "POST":
        return _show(context, feed=feeds.first())
    if context.request.POST.get("do") == END:
        feeds.delete()
        return context.redirect("calendar_feed")
    url = feed_url(context.site, make_client_feed(session, context.now))
    # Not after a redirect: the address is shown this once, and is kept nowhere.
    return _show(context, feed=feeds.first(), url=url)


def _show(context, *, feed, url=""):
    return context.render(
        "calendar_feed",
        title=_("Your appointments in your calendar"),
        feed=feed,
        feed_url=url,
        subscribe_url=url.replace("https://", "webcal://").replace("http://", "webcal://"),
        end=END,
    )
