from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from wagtail.models import Page, Site

from tests.factories import make_location, open_portal
from tests.portal.reading import text, value
from wagtail_clientportal.access.token import token_hash
from wagtail_clientportal.models import MagicLink, PortalSession
from wagtail_clientportal.outbox.unsubscribe import unsubscribe_url

ENDED = "/portal/verify/?ended="


def test_a_link_leads_to_the_identity_check_and_no_later_address_holds_its_token(portal):
    link = portal.appointment_link()
    response = portal.get(link)
    assert response.status_code == 302
    assert response["Location"] == "/portal/verify/"
    page = portal.get(response["Location"])
    assert link.strip("/").split("/")[1] not in page.content.decode()
    assert "Date of birth" in text(page)


def test_the_redirect_tells_the_next_page_nothing_about_its_own_address(portal):
    assert portal.get(portal.appointment_link())["Referrer-Policy"] == "no-referrer"
    assert portal.get("/p/nonsense/")["Referrer-Policy"] == "no-referrer"


def test_head_notes_nothing(portal):
    assert portal.browser.head(portal.appointment_link()).status_code == 302
    assert "can’t be used any more" in text(portal.get("verify/"))


def test_get_and_head_leave_a_sign_in_link_unused(portal):
    link = portal.sign_in_link()
    for _ in range(3):
        portal.browser.get(link)
        portal.browser.head(link)
    row = MagicLink.objects.get()
    assert (row.used_at, row.failures) == (None, 0)
    assert portal.answer().status_code == 302


def _expired(portal):
    link = portal.sign_in_link()
    portal.wait(minutes=11)
    return link


def _used(portal):
    link = portal.sign_in_link()
    portal.get(link)
    portal.answer()
    portal.post("sign-out/")
    return link


def _revoked(portal):
    link = portal.appointment_link()
    MagicLink.objects.update(revoked_at=portal.now)
    return link


def _guessed_to_death(portal):
    link = portal.sign_in_link()
    MagicLink.objects.update(failures=5)
    return link


def _of_an_inactive_client(portal):
    link = portal.appointment_link()
    portal.clinic.client.is_active = False
    portal.clinic.client.save()
    return link


def _never_made(portal):
    return "/p/0123456789abcdefghijkl/"


def _strange(portal):
    return "/p/%00%F0%9F%98%80/"


@pytest.mark.parametrize(
    "made", [_expired, _used, _revoked, _guessed_to_death, _of_an_inactive_client, _never_made, _strange]
)
def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(portal, made):
    response = portal.get(made(portal))
    assert response.status_code == 302 and response["Location"].startswith(ENDED)
    page = text(portal.get(response["Location"]))
    assert "This link can’t be used any more" in page
    assert "Send me a new link" in page and "Or tell us where to send it" in page
    assert "020 7946 0999" in page


@pytest.mark.parametrize(
    ("screen", "heading"), [("change", "Choose a new time"), ("cancel", "Cancel this appointment?")]
)
def test_a_link_may_lead_straight_on_to_a_screen_that_still_asks(portal, screen, heading):
    link = portal.appointment_link() + f"{screen}/"
    check = portal.get(link)
    assert check["Location"] == f"/portal/verify/?screen={screen}"
    form = portal.get(check["Location"])
    assert value(form, "screen") == screen
    asked = portal.answer(screen=screen)
    assert asked["Location"] == portal.of(portal.clinic.appointment, f"{screen}/")
    assert heading in text(portal.get(asked["Location"]))
    portal.clinic.appointment.refresh_from_db()
    assert portal.clinic.appointment.holds_place and not portal.clinic.appointment.events.exists()


def test_wrong_answers_and_a_pause_keep_in_mind_where_the_link_led(portal):
    portal.get(portal.appointment_link() + "cancel/")
    assert value(portal.answer(postcode="N1 1AA", screen="cancel"), "screen") == "cancel"


def test_a_link_leads_to_no_other_screen(portal):
    portal.get(portal.appointment_link())
    assert portal.answer(screen="sign_out")["Location"] == portal.of(portal.clinic.appointment)


@pytest.mark.parametrize("behind", ["change", "change/", "cancel/)", "cancel/?utm=1"])
def test_whatever_a_mail_program_hung_behind_it_leads_there_too(portal, behind):
    assert portal.get(portal.appointment_link() + behind)["Location"].startswith("/portal/verify/?screen=c")


def test_a_link_can_only_be_followed(portal):
    assert portal.browser.post(portal.appointment_link()).status_code == 405


def test_a_link_leads_to_the_portal_of_its_own_site_whatever_host_was_asked(portal):
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    other = Site.objects.create(hostname="other.example", root_page=root)
    open_portal(site=other)
    there = portal.clinic.book(location=make_location(site=other), start=portal.now + timedelta(days=3))
    assert portal.get(portal.appointment_link(there))["Location"].startswith("http://other.example/portal/verify/")


def test_a_link_of_another_site_opens_nothing_here(portal):
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    other = Site.objects.create(hostname="other.example", root_page=root)
    open_portal(site=other)
    there = portal.clinic.book(location=make_location(site=other), start=portal.now + timedelta(days=3))
    portal.get(portal.appointment_link(there))
    assert "can’t be used any more" in text(portal.answer())
    assert not PortalSession.objects.exists()


def test_a_link_that_cannot_be_used_leaves_a_session_alone(portal):
    portal.sign_in()
    response = portal.get(portal.get("/p/nonsense/")["Location"])
    assert "still signed in" in text(response)
    assert portal.get("appointments/").status_code == 200


def test_a_site_without_a_portal_page_answers_a_link_with_404_and_the_portals_headers(portal):
    link = portal.appointment_link()
    portal.clinic.page.delete()
    response = portal.get(link)
    assert response.status_code == 404
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put"])
def test_no_token_gets_into_a_log(portal, caplog, method):
    url = portal.appointment_link()
    caplog.set_level("DEBUG")
    browser = Browser(enforce_csrf_checks=True)
    assert getattr(browser, method)(url).status_code == 405
    portal.clinic.page.unpublish()
    assert browser.get(url).status_code == 404
    assert url.split("/")[2] not in caplog.text


def test_a_crash_behind_a_link_reports_no_token(portal, caplog, monkeypatch):
    url = portal.appointment_link()
    monkeypatch.setattr("wagtail_clientportal.portal.views.link.find_link", lambda *args: 1 / 0)
    response = portal.get(url)
    assert response.status_code == 503 and "ZeroDivisionError" in caplog.text
    assert url.split("/")[2] not in caplog.text


def test_a_session_that_cannot_be_saved_behind_a_link_reports_no_token(portal, caplog, monkeypatch):
    url = portal.appointment_link()
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", lambda *args, **kwargs: 1 / 0)
    portal.browser.raise_request_exception = False
    response = portal.get(url)
    assert response.status_code == 503 and "ZeroDivisionError" in caplog.text
    assert url.split("/")[2] not in caplog.text


BEHIND = ["", "/.", "/)", "/x/", "/%20", "/x/y/z", "/%0A", "/index.html"]


@pytest.mark.parametrize("behind", BEHIND)
def test_a_link_works_whatever_a_mail_program_hung_behind_it_and_no_log_holds_it(portal, caplog, behind):
    caplog.set_level("DEBUG", "django.request")
    url = portal.appointment_link()
    response = portal.get(url.rstrip("/") + behind)
    assert response["Location"] == "/portal/verify/"
    assert response["Referrer-Policy"] == "no-referrer"
    assert url.split("/")[2] not in caplog.text


@pytest.mark.parametrize("behind", BEHIND)
def test_what_hangs_behind_a_link_to_unsubscribe_gets_its_token_into_no_log_either(portal, caplog, behind):
    caplog.set_level("DEBUG", "django.request")
    for token in ("nonsense", unsubscribe_url(portal.clinic.client, portal.clinic.site).rstrip("/").split("/")[-1]):
        response = portal.get(f"/p/unsubscribe/{token}{behind}")
        assert response.status_code in (200, 404)
        assert token not in caplog.text


def test_no_token_is_in_the_stored_session_neither_while_a_link_waits_nor_after_signing_in(portal):
    for link in (portal.appointment_link(), portal.sign_in_link()):
        token = link.split("/")[2]
        for step in (lambda: portal.get(link), portal.answer):  # noqa: B023
            assert step().status_code == 302
            stored = [one.get_decoded() for one in Session.objects.all()]
            assert stored and token not in str(stored) and token_hash(token) not in str(stored)


def test_a_link_follows_its_appointment_to_another_site(portal):
    url = portal.appointment_link()
    root = portal.clinic.site.root_page.get_parent().add_child(instance=Page(title="Other", slug="other"))
    site = Site.objects.create(hostname="other.example", root_page=root)
    open_portal(site=site)
    portal.clinic.location.site = site
    portal.clinic.location.save()
    assert portal.get(url)["Location"].startswith("http://other.example/portal/verify/")
