"""Portal sessions: beginning one, asking for it, ending it.

The Django session holds only the row's public id. Its key is cycled when a portal session begins, and a staff login in
the same browser is left alone throughout.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest
from wagtail.models import Site

from ..conf import settings
from ..diary.models import Appointment
from ..practice.models import Client
from .client_ip import client_ip
from .magic_link import MagicLink
from .portal_session import PortalSession

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
    the client's oldest beyond ``SESSIONS_PER_CLIENT``.

    :param appointment: the only one it opens; ``None`` for all of the client's at the site.
    """
    end_session(request, now)
    portal_session = PortalSession.objects.create(
        client=client,
        site=site,
        appointment=appointment,
        link=link,
        contact_version=client.contact_version,
        identity_version=client.identity_version,
        address=client_ip(request) or "",
        created_at=now,
        last_seen_at=now,
    )
    alive = PortalSession.objects.filter(client=client, ended_at=None).order_by("-pk").values_list("pk", flat=True)
    surplus = list(alive[settings.SESSIONS_PER_CLIENT :])
    PortalSession.objects.filter(pk__in=surplus).update(ended_at=now)
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(portal_session.public_id)
    return portal_session


def last_session(request: HttpRequest, site: Site) -> PortalSession | None:
    """Return the session at *site* that this browser has, or had until it ran out or somebody else ended it."""
    public_id = request.session.get(SESSION_KEY)
    if not public_id:
        return None
    return (
        PortalSession.objects.select_related("client", "site__client_portal_settings", "appointment")
        .filter(public_id=public_id, site=site)
        .first()
    )


def current_session(request: HttpRequest, site: Site, now: datetime, *, touch: bool = True) -> PortalSession | None:
    """Return this browser's session if it is alive and belongs to *site*.

    :param touch: whether to note that it was seen, which puts off its end.
    """
    portal_session = last_session(request, site)
    if portal_session is None or not portal_session.is_alive(now):
        return None
    if touch and now - portal_session.last_seen_at >= _TOUCH_EVERY:
        # Conditional, so that a page still open elsewhere never brings back a session that was just ended.
        PortalSession.objects.filter(pk=portal_session.pk, ended_at=None).update(last_seen_at=now)
        portal_session.last_seen_at = now
    return portal_session


def end_session(request: HttpRequest, now: datetime) -> None:
    """End this browser's portal session, if there is one."""
    public_id = request.session.pop(SESSION_KEY, None)
    if public_id:
        PortalSession.objects.filter(public_id=public_id, ended_at=None).update(ended_at=now)
