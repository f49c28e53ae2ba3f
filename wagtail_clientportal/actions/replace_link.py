"""Ask for a new link in the place of one that has ended, for whoever still holds that."""

from datetime import datetime

from wagtail.models import Site

from ..access.links import contact_of_link
from .request_link import contact_key, request_link


def replace_link(ended: str, site: Site, *, asked_by: str = "", now: datetime) -> None:
    """Queue a sign-in link to where the clinic writes today to whom the link *ended* was for, under the same limits as
    for one that is asked for with a contact. Nothing tells whether there was one.

    :param ended: the hash of a token.
    :param site: whose portal is asked; a link of another site is none.
    :param asked_by: see ``request_link``.
    """
    contact = contact_of_link(ended, site)
    if contact_key(contact):  # a number that was taken over from elsewhere may be none
        request_link(contact, site, asked_by=asked_by, now=now)
