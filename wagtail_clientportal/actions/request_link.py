"""Ask for a sign-in link, for whatever contact somebody typed."""

from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Site

from ..access import throttle
from ..communications.queue import queue_sign_in
from ..conf import settings
from ..practice.contact import email_key, mobile_key

# Characters. Folding makes two or more of some letters, so a key can be longer than what was typed.
LONGEST_CONTACT = 254


def contact_key(contact: str) -> str:
    """Return the key of the email address or mobile that *contact* is, "" where it is neither."""
    key = email_key(contact) if "@" in contact else mobile_key(contact, settings.DEFAULT_REGION)
    return key if len(key) <= LONGEST_CONTACT else ""


def may_request_link(ip: str | None, *, now: datetime) -> bool:
    """Count a request from an address; ``False`` when it has asked ``LINK_REQUESTS_PER_IP`` times within a minute.

    :param ip: as ``access.client_ip`` gives it; nobody is limited whose address isn't known.
    """
    if ip is None:
        return True
    return throttle.take(f"links:ip:{ip}", limit=settings.LINK_REQUESTS_PER_IP, period=timedelta(minutes=1), now=now)


def request_link(contact: str, site: Site, *, asked_by: str = "", now: datetime | None = None) -> None:
    """Queue a sign-in link for *contact*.

    The same row and task are queued for a known, unknown, inactive or incomplete contact, so neither the answer nor
    its time tells which it is; whether anything is sent is decided when the row is delivered.

    :param contact: an email address or a mobile number, as typed.
    :param asked_by: the browser that may type the message's code, as ``access.sign_in_code`` knows it; "" for none.
    :raises ValueError: when it is neither.
    """
    key = contact_key(contact)
    if not key:
        raise ValueError("neither an email address nor a mobile number")
    queue_sign_in(key, site=site, asked_by=asked_by, now=now or timezone.now())
