"""With the middleware, refusals and crashes of the portal's pages look and behave like its own."""

from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client as Browser
from wagtail.models import Page

from tests.factories import NOW
from tests.portal.reading import soup, text
from wagtail_clientportal.access.links import mint_appointment_link
from wagtail_clientportal.models import OutboundMessage, PortalSettings
from wagtail_clientportal.screens import clinic_cache
from wagtail_clientportal.screens.responses import HEADERS

MIDDLEWARE = "wagtail_clientportal.pages.errors.PortalErrorsMiddleware"
CONTENT_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@pytest.fixture(autouse=True)
def _installed(settings, clinic, monkeypatch):
    monkeypatch.setattr(clinic_cache, "_clinics", {})  # as in a process that has just begun
    settings.MIDDLEWARE = [MIDDLEWARE, *settings.MIDDLEWARE]


def _carries_the_portals_headers(response):
    return response.headers.items() >= (HEADERS | {"Content-Security-Policy": CONTENT_POLICY}).items()


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


ODD = ["utf-7", "none-such", "hex", "rot13", "latin-1", ""]
FORMS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]


@pytest.mark.parametrize("charset", ODD)
@pytest.mark.parametrize("form", FORMS)
def test_a_form_in_an_encoding_that_no_browser_uses_is_refused_kindly(form, charset):
    browser = Browser(enforce_csrf_checks=True)
    browser.get("/portal/")  # for the cookie
    for method in ("GET", "POST"):
        for path in ("", "verify/", "appointments/"):
            body = b"contact=margaret%40example.org"
            response = browser.generic(method, f"/portal/{path}", body, f"{form}; charset={charset}")
            assert response.status_code == 400
            assert "can’t be read here" in text(response) and "020 7946 0999" in text(response)
            assert _carries_the_portals_headers(response)
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
def test_a_form_in_utf_8_is_read(charset):
    content_type = f"application/x-www-form-urlencoded; charset={charset}"
    body = "contact=margaret%40example.org"
    assert Browser().post("/portal/", body, content_type=content_type).status_code == 302


ODD_COOKIE = '"0123456789abcdefghijklmno\\000p"'


@pytest.mark.parametrize("path", ["", "verify/", "appointments/", "sign-out/"])
def test_a_session_cookie_with_a_nul_is_refused_kindly_and_taken_back(path):
    for ask in ("get", "post"):
        response = getattr(Browser(), ask)(f"/portal/{path}", headers={"cookie": f"sessionid={ODD_COOKIE}"})
        assert response.status_code == 400
        assert "can’t be read here" in text(response)
        assert response.cookies["sessionid"]["max-age"] == 0
        assert _carries_the_portals_headers(response)


def test_a_link_works_though_the_session_cookie_holds_a_nul(clinic):
    link = f"/p/{mint_appointment_link(clinic.appointment, NOW)}/"
    response = Browser().get(link, headers={"cookie": f"sessionid={ODD_COOKIE}"})
    assert response["Location"] == "/portal/verify/"
    assert len(response.cookies["sessionid"].value) == 32


def test_without_the_middleware_what_reaches_a_screen_is_refused_as_kindly(settings):
    settings.MIDDLEWARE = settings.MIDDLEWARE[1:]
    response = Browser().get("/portal/appointments/", headers={"cookie": f"sessionid={ODD_COOKIE}"})
    assert response.status_code == 400 and "can’t be read here" in text(response)
    response = Browser().get("/portal/", headers={"content-type": "text/plain; charset=hex"})
    assert response.status_code == 400 and "can’t be read here" in text(response)


@contextmanager
def _lost_database():
    """Every query fails, whatever it asks, as when the server has gone."""

    def fail(*args):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        yield


def _assert_names_the_clinic(response):
    page = text(response)
    assert "something went wrong here" in page
    assert "Call Harbour Clinic on 020 7946 0999" in page
    assert soup(response).select_one("header").get_text() == "Harbour Clinic"
    assert _carries_the_portals_headers(response)


def test_a_crash_is_answered_in_the_portals_look_with_the_clinics_phone(monkeypatch):
    browser = Browser(raise_request_exception=False)
    browser.get("/portal/")
    monkeypatch.setattr(PortalSettings, "for_site", lambda site: 1 / 0)
    response = browser.get("/portal/appointments/")
    assert response.status_code == 500
    _assert_names_the_clinic(response)
    assert "be sure that what you sent" not in text(response)


@pytest.mark.parametrize("path", ["/portal/", "/portal/appointments/", "/p/unsubscribe/abc/"])
def test_a_lost_database_is_answered_without_a_query_by_whoever_served_the_portal_before(path):
    browser = Browser(raise_request_exception=False)
    browser.get("/portal/")
    with _lost_database():
        for ask in (browser.get, browser.post):
            response = ask(path)
            assert response.status_code == 500
            _assert_names_the_clinic(response)
    assert "We can’t be sure that what you sent has been saved" in text(response)


def test_a_link_that_can_not_be_followed_for_a_lost_database_leads_to_the_clinics_phone():
    browser = Browser()
    browser.get("/portal/")
    with _lost_database():
        response = browser.get("/p/abcdefghijklmnopqrstuv/")
    assert response.status_code == 503 and response["Referrer-Policy"] == "no-referrer"
    assert "Call Harbour Clinic on 020 7946 0999" in text(response)


def test_a_crash_in_a_process_that_knows_no_clinic_yet_names_none(monkeypatch):
    monkeypatch.setattr(PortalSettings, "for_site", lambda site: 1 / 0)
    response = Browser(raise_request_exception=False).get("/portal/appointments/")
    assert response.status_code == 500
    assert "something went wrong here" in text(response) and "Please contact the clinic" in text(response)
    assert soup(response).select_one("header") is None
    assert _carries_the_portals_headers(response)


def test_a_phone_that_was_changed_since_is_the_one_that_is_named(monkeypatch):
    browser = Browser(raise_request_exception=False)
    browser.get("/portal/")
    PortalSettings.objects.update(phone="020 7946 0111")
    browser.get("/portal/")
    with _lost_database():
        assert "020 7946 0111" in text(browser.get("/portal/"))


def test_a_crash_of_another_page_of_the_site_is_the_sites_own():
    browser = Browser(raise_request_exception=False)
    browser.get("/portal/")
    with _lost_database():
        for path in ("/us/", "/admin/login/", "/portalish/"):
            response = browser.post(path, {"username": "a", "password": "b"})
            assert response.status_code == 500
            assert "Harbour" not in text(response) and "X-Robots-Tag" not in response


def test_under_debug_a_crash_shows_what_a_developer_needs(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(PortalSettings, "for_site", lambda site: 1 / 0)
    response = Browser(raise_request_exception=False).get("/portal/")
    assert "ZeroDivisionError" in text(response)


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
