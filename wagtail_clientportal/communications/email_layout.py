"""The dress of an email: one layout around what an editor wrote, with its styles where mail programs read them."""

from contextlib import suppress
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.element import Tag
from css_inline import CSSInliner
from django.template.loader import render_to_string
from wagtail.images.models import SourceImageIOError

from ..policies.accent import OUR_OWN, OUR_OWN_IN_THE_DARK, in_the_dark
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
    portal_settings: PortalSettings,
    location: Location | None,
    base_url: str,
    unsubscribe_url: str = "",
) -> str:
    """Return a whole HTML email in the active language.

    A link of class "cp-button" becomes a button where it has a paragraph to itself; in a sentence it stays a link.

    :param body_html: rich text, its variables filled in; trusted.
    :param location: whose address and phone stand below; without one, the clinic's phone alone.
    :param base_url: the site's root URL, which relative addresses in the body are completed with; "" leaves them.
    :param unsubscribe_url: where the client ends such emails (reminders); "" for no such line.
    """
    context = {
        "body": _ready_for_mail(body_html, base_url),
        "subject": subject,
        "clinic_name": portal_settings.display_name,
        "location": location,
        "phone": phone_of(location, portal_settings),
        "unsubscribe_url": unsubscribe_url,
        "accent": portal_settings.accent or OUR_OWN,
        "accent_in_the_dark": in_the_dark(portal_settings.accent) if portal_settings.accent else OUR_OWN_IN_THE_DARK,
        "logo": _logo(portal_settings, base_url),
    }
    return _INLINER.inline(render_to_string(_TEMPLATE, context))


def _logo(portal_settings: PortalSettings, base_url: str) -> dict | None:
    """Where the clinic's logo is, and its size in pixels (half of what is fetched, for fine screens)."""
    if not portal_settings.logo_id or portal_settings.logo.is_svg():  # mail programs show no SVG
        return None
    try:
        picture = portal_settings.logo.get_rendition("max-480x96")
    except (OSError, SourceImageIOError):
        # A file that has gone keeps no message back: the clinic's name stands there.
        return None
    return {"src": urljoin(base_url, picture.url), "width": picture.width // 2, "height": picture.height // 2}


def _ready_for_mail(body_html: str, base_url: str) -> str:
    soup = BeautifulSoup(body_html, "html.parser")
    for link in soup("a", href=True):
        with suppress(ValueError):  # what is no address at all stays as it is
            link["href"] = urljoin(base_url, link["href"])
    for link in soup.select("p a.cp-button"):
        paragraph = link.find_parent("p")
        if paragraph.get_text(strip=True) == link.get_text(strip=True):
            paragraph.replace_with(_in_a_box(link))
        else:
            del link["class"]
    return str(soup)


def _in_a_box(link: Tag) -> Tag:
    """A table cell around *link*: Outlook for Windows paints no padding around a link."""
    box = BeautifulSoup('<table class="cp-button-box" role="presentation"><tr><td></td></tr></table>', "html.parser")
    box.td.append(link)
    return box.table
