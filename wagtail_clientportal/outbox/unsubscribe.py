"""The address by which a client ends reminders by email, without signing in."""

import hashlib

from django.core import signing
from django.urls import reverse
from wagtail.models import Site

from ..practice.models import Client

_SALT = "wagtail_clientportal.unsubscribe"


def unsubscribe_url(client: Client, site: Site | None) -> str:
    """Return the absolute URL; "" without a site."""
    if site is None:
        return ""
    token = signing.dumps([client.pk, _of_address(client)], salt=_SALT)
    return site.root_url + reverse("wagtail_clientportal:unsubscribe", args=[token])


def client_of(token: str) -> Client | None:
    """Return whose reminders *token* ends; ``None`` when it isn't ours, or the client has another address by now."""
    try:
        pk, of_address = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    client = Client.objects.filter(pk=pk).first()
    return client if client is not None and _of_address(client) == of_address else None


def _of_address(client: Client) -> str:
    """A short mark of the email address, which the URL isn't to show."""
    return hashlib.sha256(client.email_key.encode()).hexdigest()[:12]
