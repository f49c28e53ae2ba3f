"""The dress of an email: one layout around what an editor wrote, with its styles where mail programs read them."""

from contextlib import suppress
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.element import Tag
from css_inline import CSSInliner
from django.template.loader import render_to_string

from ..policies.models import PortalSettings
from ..policies.phone import phone_of
from ..practice.models import Location

_TEMPLATE = "wagtail_clientportal/communications/email.html"
# Dark mode and narrow screens are at-rules, which can't stand in an element.
_INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def render_email(
    body_html: str,
    *,
    subject: str,
    settings: PortalSettings,
    location: Location | None,
    base_url: str,
    unsubscribe_url: str = "",
) -> str:
    """Return a whole HTML email in the active language.

    A link of class "cp-button" becomes a button where it has a paragraph to itself; in a sentence it stays a link.

    :param body_html: rich text, its variables filled in; trusted.
    :param location: whose address and phone stand below; without one, the clinic's phone alone.
    :param base_url: the site's root URL, which relative addresses in the body are completed with; "" leaves them.
    :param unsubscribe_url: where the client ends such emails; "" for no such line.
    """
    context = {
        "body": _ready_for_mail(body_html, base_url),
        "subject": subject,
        "clinic_name": settings.display_name,
        "location": location,
        "phone": phone_of(location, settings),
        "unsubscribe_url": unsubscribe_url,
    }
    return _INLINER.inline(render_to_string(_TEMPLATE, context))


def _ready_for_mail(body_html: str, base_url: str) -> str:
    soup = BeautifulSoup(body_html, "html.parser")
    for link in soup("a", href=True):
        with suppress(ValueError):  # what is no address at all stays as it is
            link["href"] = urljoin(base_url, link["href"])
    for link in soup.select("p a.cp-button"):
        paragraph = link.find_parent("p")
        if paragraph.get_text(strip=True) == link.get_text(strip=True):
            paragraph.replace_with(_in_a_box(link))
    return str(soup)


def _in_a_box(link: Tag) -> Tag:
    """A table cell around *link*: Outlook for Windows paints no padding around a link."""
    box = BeautifulSoup('<table class="cp-button-box" role="presentation"><tr><td></td></tr></table>', "html.parser")
    box.td.append(link)
    return box.table
