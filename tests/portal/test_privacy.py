"""No screen asks a third party for anything by itself, and nobody finds a client's page by searching."""

import re
from urllib.parse import unquote_plus, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.sites.requests import RequestSite
from django.contrib.staticfiles import finders
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from tests.portal.reading import soup
from tests.portal.test_screen import every_path
from wagtail_clientportal.models import Appointment, Client, ClientMessage, ClientPortalPage
from wagtail_clientportal.portal.views.previews import MODES

# Attributes that make a browser fetch something by itself, or follow a click.
ADDRESSES = ("src", "href", "action", "srcset", "poster", "data", "formaction", "ping", "manifest", "content")

# Where a link may lead that the client follows: to a calendar on the web, and to a map.
FOLLOWED = {"calendar.google.com", "outlook.live.com", "www.google.com"}


def _foreign(page: BeautifulSoup) -> list[str]:
    """Every address in *page* that isn't the site's own, but for telephone, mail and what a client may follow."""
    found = []
    for tag in page.find_all(True):
        for name in ADDRESSES:
            address = tag.get(name) or ""
            parts = urlsplit(address)
            if name == "href" and tag.name == "a" and parts.netloc in FOLLOWED and tag.get("rel") == ["noreferrer"]:
                continue
            if parts.netloc or parts.scheme not in ("", "tel", "mailto"):
                found.append(f"<{tag.name} {name}={address}>")
    return found


def test_no_screen_names_an_address_elsewhere(portal):
    for signed_in in (False, True):
        if signed_in:
            portal.sign_in()
        for path in every_path(portal):
            if path.endswith("/calendar/"):
                continue
            assert _foreign(soup(portal.get(path))) == [], path


@pytest.mark.parametrize("mode", [name for name, _label in MODES])
def test_no_preview_names_an_address_elsewhere(clinic, mode):
    response = clinic.page.make_preview_request(preview_mode=mode)
    assert _foreign(BeautifulSoup(response.content, "html.parser")) == []


def test_an_address_elsewhere_would_be_found():
    links = '<a href="https://a.example" rel="noreferrer"><a href="https://www.google.com/maps">'
    assert len(_foreign(BeautifulSoup(f'<img src="//cdn.example/x.png">{links}', "html.parser"))) == 3


def test_a_link_to_a_calendar_or_a_map_names_neither_the_client_nor_the_clinician(portal):
    portal.sign_in()
    client, clinician = portal.clinic.client, portal.clinic.clinician
    page = soup(portal.get(f"appointments/{portal.clinic.appointment.public_id}/"))
    links = [unquote_plus(a["href"]) for a in page.find_all("a", href=True) if urlsplit(a["href"]).netloc in FOLLOWED]
    assert len(links) >= 2
    for private in (client.first_name, client.last_name, client.email, clinician.name):
        assert not [link for link in links if private in link]


@pytest.mark.parametrize("name", ["clientportal.css", "clientportal.js"])
def test_style_and_script_fetch_nothing_elsewhere(name):
    with open(finders.find(f"wagtail_clientportal/{name}"), encoding="utf-8") as file:
        assert not re.search(r"https?://|url\(|@import|//\w+\.\w", file.read())


def test_no_address_of_the_portal_is_in_the_sitemap(clinic, rf):
    clinic.site.root_page.add_child(instance=Page(title="Us", slug="us"))
    request = rf.get("/", headers={"host": "localhost"})
    addresses = [one["location"] for one in Sitemap(request).get_urls(site=RequestSite(request))]
    assert "http://localhost/us/" in addresses
    assert not [one for one in addresses if "portal" in one]


def test_no_record_of_a_client_is_in_the_sites_search(clinic):
    for model in (Appointment, Client, ClientMessage):
        assert not hasattr(model, "search_fields"), model
    backend = get_search_backend()
    assert list(backend.search("Margaret", Page)) == []
    assert list(backend.search("appointments", ClientPortalPage)) == []
