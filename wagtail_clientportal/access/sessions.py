"""Portal sessions: beginning one, asking for it, ending it.

The Django session holds only the row's public id. Its key is cycled when a portal session begins and when somebody
signs out, and a staff login in the same browser is left alone throughout.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError, transaction
from django.db.models import F
from django.http import HttpRequest
from wagtail.models import Site

from ..compiled_once import compiled_once
from ..conf import settings
from ..diary.database_errors import takes_no_changes
from ..diary.models import Appointment
from ..practice.models import Client
from .client_ip import client_ip
from .cookie_hash import cookie_hash_of
from .magic_link import SENT_TWICE_WITHIN, MagicLink
from .portal_session import PortalSession

logger = logging.getLogger(__name__)

SESSION_KEY = "clientportal_session"

# "Last seen" is written at most this often: a page view shouldn't cost a write.
_TOUCH_EVERY = timedelta(seconds=15)


def start_session(
    request: HttpRequest,
    *,
    client: Client,
    site: Site,
    appointment: Appointment | None,
    link: MagicLink | None,
    now: datetime,
) -> PortalSession:
    """Begin a session for *client* on *site*; one that this browser had before ends, and so does
    the client's oldest beyond ``SESSIONS_PER_CLIENT``. A form that the browser sent twice begins one session.

    :param appointment: the only one it opens; ``None`` for all of the client's at the site.
    """
    end_session(request, now)
    cookie_hash = cookie_hash_of(request)
    with transaction.atomic():
        # A write comes first: whoever sends the same form at this moment waits here, on any database.
        Client.objects.filter(pk=client.pk).update(contact_version=F("contact_version"))
        portal_session = _just_begun(client, link, cookie_hash, now)
        if portal_session is None:
            portal_session = PortalSession.objects.create(
                client=client,
                site=site,
                appointment=appointment,
                link=link,
                contact_version=client.contact_version,
                identity_version=client.identity_version,
                address=client_ip(request) or "",
                begun_by_cookie_hash=cookie_hash,
                created_at=now,
                last_seen_at=now,
            )
            _end_surplus(client, now)
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(portal_session.public_id)
    return portal_session


def _just_begun(client: Client, link: MagicLink | None, cookie_hash: str, now: datetime) -> PortalSession | None:
    """The session that the browser with that cookie began by *link* a moment ago."""
    if not cookie_hash or link is None:
        return None
    begun = PortalSession.objects.filter(client=client, link=link, begun_by_cookie_hash=cookie_hash, ended_at=None)
    return begun.filter(created_at__gt=now - SENT_TWICE_WITHIN).order_by("pk").first()


def _end_surplus(client: Client, now: datetime) -> None:
    alive = PortalSession.objects.filter(client=client, ended_at=None).order_by("-pk").values_list("pk", flat=True)
    surplus = list(alive[settings.SESSIONS_PER_CLIENT :])
    PortalSession.objects.filter(pk__in=surplus).update(ended_at=now)


def last_session(request: HttpRequest, site: Site) -> PortalSession | None:
    """Return the session at *site* that this browser has, or had until it ran out or somebody else ended it."""
    public_id = request.session.get(SESSION_KEY)
    if not public_id:
        return None
    for found in _session(UUID(public_id), site.pk):
        found.site = site  # with its portal's settings, where these were asked for
        return found
    return None


@compiled_once
def _session(public_id, site_id):
    return PortalSession.objects.select_related("client").filter(public_id=public_id, site=site_id)


def current_session(request: HttpRequest, site: Site, now: datetime, *, touch: bool = True) -> PortalSession | None:
    """Return this browser's session if it is alive and belongs to *site*.

    :param touch: whether to note that it was seen, which puts off its end.
    """
    portal_session = last_session(request, site)
    if portal_session is None or not portal_session.is_alive(now):
        return None
    if touch and now - portal_session.last_seen_at >= _TOUCH_EVERY:
        _touch(portal_session, now)
    return portal_session


def _touch(portal_session: PortalSession, now: datetime) -> None:
    """Note that it was seen. While the database takes no changes pages are still read; the end just isn't put off."""
    try:
        # Conditional, so that a page still open elsewhere never brings back a session that was just ended.
        PortalSession.objects.filter(pk=portal_session.pk, ended_at=None).update(last_seen_at=now)
    except DatabaseError as error:
        if not takes_no_changes(error):
            raise
        logger.warning("portal session %s was seen, and that could not be noted: %s", portal_session.pk, error)
    else:
        portal_session.last_seen_at = now


def end_session(request: HttpRequest, now: datetime) -> None:
    """End this browser's portal session, if there is one."""
    public_id = request.session.pop(SESSION_KEY, None)
    if public_id:
        PortalSession.objects.filter(public_id=public_id, ended_at=None).update(ended_at=now)


def leave(session: SessionBase) -> None:
    """Take what is left in the Django session (a staff login, say) to a new key; where nothing is, the cookie goes."""
    if session.keys():
        session.cycle_key()
    else:
        session.flush()
