"""What somebody is writing, when their page is about to hide it or to find out whether they are still signed in."""

from django.http import HttpResponse

from ...access.sessions import last_session
from .. import drafts
from ..screen import screen


@screen("POST", touch=False)
def keep(context, public_id):
    """Keep the message for whoever is signed in here, or was until their session ran out. Nothing is sent by it.

    The answer is 204 where it is kept, and 400 where there is nothing or too much to keep.
    """
    session = last_session(context.request, context.site)
    if session is None:
        return context.not_found()
    return HttpResponse(
        status=204 if drafts.keep_posted(context.request, session.client, public_id, context.now) else 400
    )
