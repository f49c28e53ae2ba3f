"""Making calendar feeds, finding and ending them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from wagtail.models import Site

from ..conf import settings
from ..practice.models import Client, Clinician
from . import throttle
from .calendar_feed import CalendarFeed
from .portal_session import PortalSession
from .token import new_token, token_hash

_AN_HOUR = timedelta(hours=1)


def make_client_feed(session: PortalSession, now: datetime) -> str:
    """Make the feed of the client whose full *session* this is, instead of one they had here; return its token."""
    client = session.client
    return _make(
        client_feeds(client, session.site),
        client=client,
        site=session.site,
        contact_version=session.contact_version,
        identity_version=session.identity_version,
        created_at=now,
    )


def make_clinician_feed(clinician: Clinician, *, by, now: datetime) -> str:
    """Make the feed of *clinician*'s diary, instead of the one there was; return its token.

    :param by: the staff user who asks for it; it ends with their account.
    """
    return _make(clinician_feeds(clinician), clinician=clinician, made_by=by, created_at=now)


def _make(before: QuerySet[CalendarFeed], **values) -> str:
    token = new_token()
    with transaction.atomic():
        before.delete()
        CalendarFeed.objects.create(token_hash=token_hash(token), **values)
    return token


def client_feeds(client: Client, site: Site | None = None) -> QuerySet[CalendarFeed]:
    """The feeds of *client*, at *site* or anywhere."""
    feeds = CalendarFeed.objects.filter(client=client)
    return feeds.filter(site=site) if site else feeds


def clinician_feeds(clinician: Clinician) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(clinician=clinician)


def find_feed(token: str) -> CalendarFeed | None:
    """Return the feed that *token* opens; ``None`` whatever is wrong with it."""
    found = CalendarFeed.objects.select_related(
        "client", "site__client_portal_settings", "clinician", "made_by"
    ).filter(token_hash=token_hash(token))
    feed = found.first()
    return feed if feed is not None and feed.is_alive() else None


def may_be_read(feed: CalendarFeed, now: datetime) -> bool:
    """Count one reading of *feed*; ``False`` when it was read ``FEED_READINGS`` times within the hour."""
    return throttle.take(f"feed:{feed.pk}", limit=settings.FEED_READINGS, period=_AN_HOUR, now=now)


def feed_url(site: Site, token: str) -> str:
    """Return the address to give to a calendar program. Its base is the site's own, never a request's Host header."""
    return site.root_url + reverse("wagtail_clientportal:feed", args=[token])
