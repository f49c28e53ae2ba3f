"""Making magic links and finding them again."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from wagtail.models import Site

from ..conf import settings
from ..diary.models import Appointment, BookingRequest
from .magic_link import MagicLink
from .sign_in_code import code_hash
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


def mint_sign_in_link(contact: str, site: Site, now: datetime, *, asked_by: str = "", code: str = "") -> str:
    """Make a link for whoever shares *contact*, and return its token. The oldest beyond ``SIGN_IN_LINKS_ALIVE`` end.

    :param contact: the key of an email address or a mobile (see ``practice.contact``).
    :param asked_by: the browser that may type *code* instead, as ``sign_in_code`` knows it; "" for none.
    """
    token = new_token()
    MagicLink.objects.create(
        kind=MagicLink.Kind.SIGN_IN,
        token_hash=token_hash(token),
        site=site,
        contact=contact,
        asked_by=asked_by,
        code_hash=code_hash(code, asked_by) if code else "",
        expires_at=now + settings.SIGN_IN_LINK_LIFETIME,
    )
    alive = _alive_for(contact, site, now).order_by("-pk").values_list("pk", flat=True)
    MagicLink.objects.filter(pk__in=list(alive[settings.SIGN_IN_LINKS_ALIVE :])).update(revoked_at=now)
    return token


def mint_booking_link(booking_request: BookingRequest, now: datetime) -> str:
    """Make a link by which *booking_request* can be confirmed, and return its token."""
    token = new_token()
    MagicLink.objects.create(
        kind=MagicLink.Kind.BOOKING,
        token_hash=token_hash(token),
        site=booking_request.site,
        booking_request=booking_request,
        expires_at=booking_request.created_at + settings.BOOKING_REQUEST_LIFETIME,
    )
    return token


def was_link_minted_since(moment: datetime, contact: str, site: Site, now: datetime) -> bool:
    """Whether a sign-in link for *contact* was made after *moment* that still works."""
    links = _alive_for(contact, site, now).filter(failures__lt=settings.IDENTITY_FAILURES_PER_LINK)
    return links.filter(expires_at__gt=moment + settings.SIGN_IN_LINK_LIFETIME).exists()


def _alive_for(contact: str, site: Site, now: datetime) -> QuerySet[MagicLink]:
    return MagicLink.objects.filter(
        kind=MagicLink.Kind.SIGN_IN, contact=contact, site=site, expires_at__gt=now, used_at=None, revoked_at=None
    )


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


def find_ended_link(token: str) -> MagicLink | None:
    """Return the link that *token* opened once, for as long as it is remembered; it opens nothing any more."""
    return _found({"token_hash": token_hash(token)})


def find_link_by_public_id(public_id: str, now: datetime, cookie_hash: str = "") -> MagicLink | None:
    """Return the link with this public id (text of a UUID) if it can be used now, by the browser with that cookie."""
    return _alive({"public_id": public_id}, now, cookie_hash)


def contact_of_link(ended: str, site: Site) -> str:
    """Return where the clinic writes today to whom the link with this token's hash was for; "" where there is none.

    :param site: whose portal is asked; a link of another site is none.
    """
    link = _found({"token_hash": ended})
    if link is None or link.portal_site != site:
        return ""
    return (link.client.email or link.client.mobile) if link.client else link.contact


def _alive(query: dict, now: datetime, cookie_hash: str = "") -> MagicLink | None:
    link = _found(query)
    return link if link is not None and link.is_alive(now, cookie_hash) else None


def _found(query: dict) -> MagicLink | None:
    links = MagicLink.objects.select_related("site", "client", "appointment__location__site", "booking_request")
    return links.filter(**query).first()
