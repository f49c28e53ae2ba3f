"""Making magic links and finding them again."""

from datetime import datetime

from django.urls import reverse
from wagtail.models import Site

from ..conf import settings
from ..diary.models import Appointment
from .magic_link import MagicLink
from .token import new_token, token_hash


def mint_appointment_link(appointment: Appointment, now: datetime) -> str:
    """Make a link to *appointment* and return its token, which nothing else keeps."""
    token = new_token()
    MagicLink.objects.create(
        kind=MagicLink.Kind.APPOINTMENT,
        token_hash=token_hash(token),
        site=appointment.location.portal_site,
        appointment=appointment,
        client=appointment.client,
        contact_version=appointment.client.contact_version,
        expires_at=now + settings.APPOINTMENT_LINK_LIFETIME,
    )
    return token


def mint_sign_in_link(contact: str, site: Site, now: datetime) -> str:
    """Make a link for whoever shares *contact*, and return its token. The oldest beyond ``SIGN_IN_LINKS_ALIVE`` end.

    :param contact: the key of an email address or a mobile (see ``practice.contact``).
    """
    token = new_token()
    MagicLink.objects.create(
        kind=MagicLink.Kind.SIGN_IN,
        token_hash=token_hash(token),
        site=site,
        contact=contact,
        expires_at=now + settings.SIGN_IN_LINK_LIFETIME,
    )
    alive = MagicLink.objects.filter(
        kind=MagicLink.Kind.SIGN_IN, contact=contact, site=site, expires_at__gt=now, used_at=None, revoked_at=None
    )
    surplus = list(alive.order_by("-pk").values_list("pk", flat=True)[settings.SIGN_IN_LINKS_ALIVE :])
    MagicLink.objects.filter(pk__in=surplus).update(revoked_at=now)
    return token


def link_url(site: Site, token: str) -> str:
    """Return the URL to put in a message. Its base is the site's own, never a request's Host header."""
    return site.root_url + reverse("wagtail_clientportal:link", args=[token])


def inert_url(site: Site | None) -> str:
    """Return a URL as long as a real one that opens nothing, for previews and trial messages."""
    token = ("ExampleLinkOpensNothing" * settings.TOKEN_LENGTH)[: settings.TOKEN_LENGTH]
    return (site.root_url if site else "") + reverse("wagtail_clientportal:link", args=[token])


def find_link(token: str, now: datetime) -> MagicLink | None:
    """Return the link that *token* opens now; ``None`` whatever is wrong with it."""
    return _alive({"token_hash": token_hash(token)}, now)


def find_link_by_public_id(public_id: str, now: datetime, browser: str = "") -> MagicLink | None:
    """Return the link with this public id (text of a UUID) if it can be used now, by *browser*."""
    return _alive({"public_id": public_id}, now, browser)


def _alive(query: dict, now: datetime, browser: str = "") -> MagicLink | None:
    link = MagicLink.objects.select_related("site", "client", "appointment__location__site").filter(**query).first()
    return link if link is not None and link.is_alive(now, browser) else None
