"""With the middleware, refusals and crashes of the portal's pages look and behave like its own."""

import pytest
from django.test import Client as Browser
from wagtail.models import Page

from tests.portal.reading import text
from wagtail_clientportal.models import OutboundMessage, PortalSettings
from wagtail_clientportal.portal.responses import CSP, HEADERS

MIDDLEWARE = "wagtail_clientportal.pages.errors.PortalErrorsMiddleware"


@pytest.fixture(autouse=True)
def _installed(settings, clinic):
    settings.MIDDLEWARE = [MIDDLEWARE, *settings.MIDDLEWARE]


def _carries_the_portals_headers(response):
    return response.headers.items() >= (HEADERS | {"Content-Security-Policy": CSP}).items()


def test_a_form_without_its_token_is_refused_kindly_and_changes_nothing():
    response = Browser(enforce_csrf_checks=True).post("/portal/", {"contact": "margaret@example.org"})
    assert response.status_code == 403
    assert "nothing has been changed" in text(response) and "020 7946 0999" in text(response)
    assert _carries_the_portals_headers(response)
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize("path", ["", "verify/", "appointments/"])
def test_ten_megabytes_are_refused_kindly(path):
    browser = Browser(enforce_csrf_checks=True)
    browser.get("/portal/")  # for the cookie
    response = browser.post(f"/portal/{path}", {"contact": "x" * 10_000_000})
    assert response.status_code in (400, 413)
    assert "make it shorter" in text(response)
    assert _carries_the_portals_headers(response)


def test_a_crash_carries_the_portals_headers(monkeypatch):
    monkeypatch.setattr(PortalSettings, "for_site", lambda site: 1 / 0)
    response = Browser(raise_request_exception=False).get("/portal/appointments/")
    assert response.status_code == 500
    assert _carries_the_portals_headers(response)


@pytest.mark.parametrize("path", ["", "/verify", "/appointments"])
def test_an_address_without_its_last_slash_is_redirected_with_the_portals_headers(path):
    response = Browser().get(f"/portal{path}")
    assert (response.status_code, response["Location"]) == (301, f"/portal{path}/")
    assert _carries_the_portals_headers(response)


def test_pages_of_the_site_that_are_not_the_portals_are_left_alone(clinic):
    clinic.site.root_page.add_child(instance=Page(title="Us", slug="us"))
    for path in ("/us/", "/nowhere/", "/admin/nowhere/"):
        response = Browser(enforce_csrf_checks=True).post(path)
        assert response.status_code in (403, 404)
        assert "X-Robots-Tag" not in response
    for path in ("/us", "/nowhere", "/nowhere.html", "/admin"):
        response = Browser().get(path)
        assert response.status_code in (301, 404)
        assert "X-Robots-Tag" not in response
