"""No screen asks a third party for anything, and nobody finds a client's page by searching."""

import re
from urllib.parse import urlsplit

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


def _foreign(page: BeautifulSoup) -> list[str]:
    """Every address in *page* that isn't the site's own, but for telephone and mail."""
    found = []
    for tag in page.find_all(True):
        for name in ADDRESSES:
            address = tag.get(name) or ""
            parts = urlsplit(address)
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
    page = BeautifulSoup('<img src="//cdn.example/x.png"><a href="https://a.example">', "html.parser")
    assert len(_foreign(page)) == 2


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
