"""What holds for every screen: the switch, the headers, the verbs, CSRF, sign-out, the number of queries."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.views.debug import ExceptionReporter

from tests.factories import NOW, make_client
from tests.portal.reading import soup, text, value
from wagtail_clientportal.models import BookingSettings, PortalSession, PortalSettings

SCREENS = ["", "sent/", "verify/", "appointments/", "sign-out/", "nothing/here/"]
OF_ONE = ["", "change/", "change/confirm/", "cancel/", "calendar/"]


def every_path(portal):
    return [portal.url(path) for path in SCREENS] + [portal.of(portal.clinic.appointment, path) for path in OF_ONE]


def _headers_are_the_portals(response):
    assert response["Cache-Control"] == "private, no-cache, no-store, max-age=0, must-revalidate"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert response["Content-Security-Policy"] == (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def test_every_answer_carries_the_portals_headers(portal):
    for signed_in in (False, True):
        if signed_in:
            portal.sign_in()
        for path in every_path(portal):
            for response in (portal.get(path), portal.post(path), portal.browser.put(path)):
                _headers_are_the_portals(response)


def test_the_content_policy_can_be_left_to_the_site(portal, settings):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"SEND_CSP": False}
    assert "Content-Security-Policy" not in portal.get()


def test_the_site_can_allow_further_sources(portal, settings):
    sources = {"img-src": ["https://media.example"], "frame-ancestors": ["https://clinic.example"]}
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"CSP_SOURCES": sources}
    assert portal.get()["Content-Security-Policy"] == (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors https://clinic.example; img-src 'self' https://media.example"
    )


class _Nonce:
    """A middleware that hands out a nonce, as Django's own and django-csp do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request._csp_nonce = request.csp_nonce = "abc123"
        return self.get_response(request)


def test_a_sites_nonce_is_on_the_screens_own_files_and_in_their_policy(portal, settings):
    settings.MIDDLEWARE = [f"{__name__}._Nonce", *settings.MIDDLEWARE]
    answer = portal.get()
    assert "script-src 'self' 'nonce-abc123'; style-src 'self' 'nonce-abc123'" in answer["Content-Security-Policy"]
    page = soup(answer)
    assert {one["nonce"] for one in page.select("script, link[rel=stylesheet]")} == {"abc123"}


def test_no_screen_has_a_script_or_a_style_of_its_own(portal):
    portal.sign_in()
    for path in every_path(portal):
        page = soup(portal.get(path))
        assert not page.select("script:not([src]), style, [style], [onclick]")


def test_while_the_portal_is_off_every_screen_says_so_in_the_clinics_words(portal):
    portal.sign_in()
    link = portal.appointment_link()
    PortalSettings.objects.update(enabled=False, off_message="<p>We are <b>moving house</b>.</p>")
    BookingSettings.objects.update(enabled=False, off_message="<p>No new bookings either.</p>")
    for path in every_path(portal):
        for response in (portal.get(path), portal.post(path, {"start": "2026-12-01T14:30:00Z"})):
            assert response.status_code == 200
            assert "We are moving house" in text(response)
            assert "No new bookings either." in text(response)
            assert "020 7946 0999" in text(response)
            _headers_are_the_portals(response)
    assert "We are moving house" in text(portal.browser.get(link, follow=True))
    portal.clinic.appointment.refresh_from_db()
    assert portal.clinic.appointment.holds_place
    assert not portal.clinic.appointment.events.exists()


def test_bookings_that_are_on_are_not_said_to_be_off(portal):
    PortalSettings.objects.update(enabled=False)
    BookingSettings.objects.update(enabled=True, off_message="<p>No new bookings either.</p>")
    assert "No new bookings" not in text(portal.get())


def test_switching_the_portal_off_ends_sessions_and_only_suspends_links(portal):
    portal.sign_in()
    link = portal.appointment_link()
    PortalSettings.objects.update(enabled=False)
    portal.get("appointments/")
    PortalSettings.objects.update(enabled=True)
    assert portal.get("appointments/").status_code == 302
    assert not PortalSession.objects.filter(ended_at=None).exists()
    portal.get(link)
    assert portal.answer().status_code == 302


def test_a_clinic_without_settings_is_off(portal):
    PortalSettings.objects.all().delete()
    assert "closed" in text(portal.get())


def test_a_form_without_its_token_is_refused(portal):
    strict = Browser(enforce_csrf_checks=True)
    assert strict.post("/portal/", {"contact": "margaret@example.org"}).status_code == 403
    token = value(strict.get("/portal/"), "csrfmiddlewaretoken")
    data = {"contact": "margaret@example.org", "csrfmiddlewaretoken": token}
    assert strict.post("/portal/", data).status_code == 302


def test_what_a_client_does_is_refused_without_the_forms_token(portal):
    portal.sign_in()
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = portal.browser.cookies
    one = portal.of(portal.clinic.appointment)
    for path in ("/portal/verify/", "/portal/sign-out/", f"{one}cancel/", f"{one}change/confirm/", f"{one}draft/"):
        assert strict.post(path, {"message": "x", **portal.ANSWERS}).status_code == 403, path
    assert portal.get("appointments/").status_code == 200
    portal.clinic.appointment.refresh_from_db()
    assert portal.clinic.appointment.holds_place


@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete", "trace"])
def test_no_other_verb_does_anything(portal, method):
    portal.sign_in()
    for path in every_path(portal):
        response = getattr(portal.browser, method)(path)
        assert response.status_code < 500 and "no-store" in response["Cache-Control"], path
    assert portal.get("appointments/").status_code == 200
    portal.clinic.appointment.refresh_from_db()
    assert portal.clinic.appointment.holds_place and not portal.clinic.appointment.events.exists()


@pytest.mark.parametrize("path", ["", "verify/"])
def test_ten_megabytes_are_refused(portal, path):
    assert portal.post(path, {"contact": "x" * 10_000_000}).status_code in (400, 413)


def test_ten_megabytes_for_an_appointment_are_refused(portal):
    portal.sign_in()
    for path in ("change/confirm/", "cancel/"):
        response = portal.post(portal.of(portal.clinic.appointment, path), {"message": "x" * 10_000_000})
        assert response.status_code in (400, 413)
    portal.clinic.appointment.refresh_from_db()
    assert portal.clinic.appointment.holds_place


def test_signing_out_is_a_post(portal):
    portal.sign_in()
    question = portal.get("sign-out/")
    assert (question.status_code, question["Allow"]) == (405, "POST")
    assert portal.get("appointments/").status_code == 200
    portal.clinic.page.signed_out_text = "<p>Thank you and goodbye.</p>"
    portal.clinic.page.save()
    assert portal.post("sign-out/").status_code == 302
    assert "Thank you and goodbye." in text(portal.get("sign-out/"))
    assert portal.get("appointments/")["Location"] == "/portal/"
    assert "because nothing happened" not in text(portal.get())
    assert portal.post("sign-out/").status_code == 302


def test_the_site_can_put_the_screens_into_its_own_base_template(portal, settings, tmp_path):
    (tmp_path / "site.html").write_text(
        "<title>{% block title %}{% endblock %}</title>OURS{% block content %}{% endblock %}"
    )
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"BASE_TEMPLATE": "site.html"}
    page = text(portal.get())
    assert "OURS" in page
    assert "Email address or mobile number" in page


def test_the_screens_say_their_language_and_where_the_content_is(portal):
    page = soup(portal.get())
    assert page.html["lang"] == "en-gb"
    assert page.select_one(page.select_one("a.cp-skip")["href"]).name == "main"
    assert page.title.get_text() == "Your appointments – Harbour Clinic"


@pytest.mark.parametrize("path", ["appointments/", "{one}", "{one}change/"])
def test_the_number_of_queries_does_not_depend_on_how_many_appointments_exist(portal, path):
    portal.sign_in()
    path = path.format(one=f"appointments/{portal.clinic.appointment.public_id}/")

    def queries():
        portal.get(path)  # what is looked up once for a process
        with CaptureQueriesContext(connection) as captured:
            assert portal.get(path).status_code == 200
        return len(captured)

    def book(days):
        for day in days:
            portal.clinic.book(start=portal.now + timedelta(days=day))
            portal.clinic.book(start=portal.now - timedelta(days=day))

    few = queries()
    book(range(4, 24))
    assert queries() == few
    book(range(24, 54))  # more than a list reads at once: the rest is found by pages
    many = queries()
    book(range(54, 94))
    assert queries() == many <= few + 2


def test_links_stay_on_the_host_that_was_asked(portal):
    portal.sign_in()
    for link in soup(portal.get("appointments/")).select("a[href]"):
        assert urlsplit(link["href"]).netloc == ""


def test_a_client_has_at_most_three_sessions_and_the_oldest_ends(portal, clinic):
    for _ in range(4):
        portal.browser = Browser()
        portal.sign_in()
    ended = PortalSession.objects.order_by("pk").values_list("ended_at", flat=True)
    assert [bool(one) for one in ended] == [True, False, False, False]


def test_a_message_typed_before_the_session_ran_out_waits_for_the_same_client(portal, clinic):
    portal.sign_in()
    portal.wait(minutes=16)
    portal.post(portal.of(clinic.appointment, "cancel/"), {"message": "I am ill"})
    portal.sign_in()
    assert "I am ill" in text(portal.get(portal.of(clinic.appointment, "cancel/")))
    portal.post("sign-out/")
    portal.sign_in()
    assert "I am ill" not in text(portal.get(portal.of(clinic.appointment, "cancel/")))


def _hand_over_draft(portal, message="I am ill"):
    return portal.post(portal.of(portal.clinic.appointment, "draft/"), {"message": message})


def _draft_in_form(portal):
    return soup(portal.get(portal.of(portal.clinic.appointment, "cancel/"))).select_one("textarea").get_text().strip()


@pytest.mark.parametrize("minutes", [14, 16])
def test_what_a_page_hands_over_when_it_hides_itself_waits_for_the_same_client(portal, minutes):
    portal.sign_in()
    portal.wait(minutes=minutes)
    assert _hand_over_draft(portal).status_code == 204
    portal.sign_in()
    assert _draft_in_form(portal) == "I am ill"


@pytest.mark.parametrize("message", ["", "x" * 2001, "a\0b"])
def test_what_cannot_be_kept_is_not_said_to_be(portal, message):
    portal.sign_in()
    assert _hand_over_draft(portal, message).status_code == 400
    assert _draft_in_form(portal) == ""


def test_a_page_that_hands_over_what_was_typed_does_not_put_off_the_end_of_the_session(portal):
    portal.sign_in()
    portal.wait(minutes=14)
    _hand_over_draft(portal)
    portal.wait(minutes=1)
    assert portal.get("appointments/").status_code == 302


def test_nobody_but_a_client_hands_over_what_was_typed(portal):
    assert _hand_over_draft(portal).status_code == 404
    portal.sign_in()
    portal.post("sign-out/")
    assert _hand_over_draft(portal).status_code == 404
    portal.sign_in()
    assert _draft_in_form(portal) == ""


def test_what_one_client_typed_is_forgotten_when_another_one_signs_in(portal):
    make_client(email="tom@example.org", mobile="", first_name="Tom")
    portal.sign_in()
    portal.wait(minutes=16)
    _hand_over_draft(portal)
    portal.get(portal.sign_in_link("tom@example.org"))
    assert portal.answer()["Location"] == "/portal/appointments/"
    assert "I am ill" not in str(dict(portal.browser.session))


@pytest.mark.parametrize(("hours", "kept"), [(23, "I am ill"), (24, "")])
def test_what_was_typed_waits_for_a_day(portal, hours, kept):
    portal.sign_in()
    _hand_over_draft(portal)
    portal.wait(hours=hours)
    portal.sign_in()
    assert _draft_in_form(portal) == kept
    assert ("I am ill" in str(dict(portal.browser.session))) == bool(kept)


def test_after_signing_out_nothing_waits_for_the_next_person(portal):
    portal.get(portal.appointment_link())
    portal.open_appointment().sign_in()
    _hand_over_draft(portal)
    portal.post("sign-out/")
    assert "can’t be used any more" in text(portal.get("verify/"))
    assert "can’t be used any more" in text(portal.answer())
    assert "signed in on this device already" not in text(portal.get())
    assert not dict(portal.browser.session)


LIMITS = {"full": ("sign_in", 15, 4), "one appointment": ("open_appointment", 10, 2)}


@pytest.fixture(params=LIMITS.values(), ids=LIMITS)
def limited(request, portal):
    """Somebody signed in, their idle limit in minutes, their absolute one in hours."""
    begin, idle, absolute = request.param
    getattr(portal, begin)()
    return portal, idle, absolute


def _cancel(portal):
    portal.post(portal.of(portal.clinic.appointment, "cancel/"))
    portal.clinic.appointment.refresh_from_db()
    return not portal.clinic.appointment.holds_place


def test_the_idle_limit_is_judged_when_the_form_is_sent(limited):
    portal, idle, _absolute = limited
    portal.get(portal.of(portal.clinic.appointment, "cancel/"))
    portal.wait(minutes=idle)
    assert not _cancel(portal)


def test_just_before_the_idle_limit_a_form_can_be_sent(limited):
    portal, idle, _absolute = limited
    portal.wait(minutes=idle, seconds=-1)
    assert _cancel(portal)


def test_the_absolute_limit_is_judged_when_the_form_is_sent_however_busy_somebody_was(limited):
    portal, idle, absolute = limited
    step = timedelta(minutes=idle - 1)
    while portal.now + step < NOW + timedelta(hours=absolute):
        portal.wait(seconds=step.total_seconds())
        assert portal.get("stay/").status_code == 200
    portal.wait(seconds=(NOW + timedelta(hours=absolute) - portal.now).total_seconds())
    assert not _cancel(portal)


def test_the_page_says_the_limits_that_the_settings_have(limited, settings):
    portal, _idle, _absolute = limited
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {
        "FULL_SESSION_IDLE": timedelta(minutes=7),
        "APPOINTMENT_SESSION_IDLE": timedelta(minutes=7),
        "FULL_SESSION_ABSOLUTE": timedelta(hours=3),
        "APPOINTMENT_SESSION_ABSOLUTE": timedelta(hours=3),
        "SESSION_WARNING": timedelta(minutes=1),
    }
    page = soup(portal.get(portal.of(portal.clinic.appointment)))
    assert "We sign you out after 7 minutes without a new page" in page.get_text()
    warning = page.select_one("#cp-session-warning")
    assert (warning["data-cp-seconds"], warning["data-cp-warning"]) == ("420", "60")
    for _ in range(29):  # to 2 hours and 54 minutes
        portal.wait(minutes=6)
        page = soup(portal.get(portal.of(portal.clinic.appointment)))
    assert "We sign you out 3 hours after you signed in" in page.get_text()
    warning = page.select_one("#cp-session-warning")
    assert warning["data-cp-seconds"] == "360"
    assert "Nobody stays signed in for longer than 3 hours" in warning.get_text()
    assert "You were signed out 3 hours after you signed in" in page.select_one("#cp-signed-out").get_text()


@pytest.mark.parametrize(("begin", "idle"), [("sign_in", "15 minutes"), ("open_appointment", "10 minutes")])
def test_the_page_says_after_how_long_it_signs_out_and_warns_two_minutes_before(portal, begin, idle):
    getattr(portal, begin)()
    page = soup(portal.get(portal.of(portal.clinic.appointment)))
    assert f"We sign you out after {idle} without a new page" in page.get_text()
    assert page.select_one("#cp-session-warning")["data-cp-warning"] == "120"


DEEP = [
    "portal.views.verify.verify_identity",
    "portal.views.verify.start_session",
    "actions.verify_identity.fits",
    "access.identity.contact.postcode_key",
]


@pytest.mark.parametrize("crashes", DEEP)
def test_what_was_typed_is_kept_out_of_crash_reports(portal, clinic, monkeypatch, crashes):
    portal.get(portal.sign_in_link())
    monkeypatch.setattr(f"wagtail_clientportal.{crashes}", lambda *args, **kwargs: 1 / 0)
    portal.browser.raise_request_exception = False
    response = portal.answer(postcode="SW1A 1AA")
    assert response.status_code == 500
    reporter = ExceptionReporter(response.wsgi_request, *response.exc_info, is_email=True)
    for report in (reporter.get_traceback_text(), reporter.get_traceback_html()):
        assert "ZeroDivisionError" in report
        assert "ZeroDivisionError" in report
        assert not re.search(r"SW1A|\b1956\b", report)  # the number may be a part of an object's address


def test_signing_out_ends_on_a_page_that_can_be_loaded_again(portal, clinic):
    portal.sign_in()
    response = portal.post("sign-out/")
    assert response["Clear-Site-Data"] == '"cache"' and response["Location"] == "/portal/sign-out/"
    for _ in range(2):
        assert "You are signed out" in text(portal.get("sign-out/"))


def test_a_session_that_staff_or_the_clinic_ended_is_not_said_to_have_been_idle(portal, clinic):
    portal.sign_in()
    clinic.client.email = "new@example.org"
    clinic.client.save()
    portal.get("appointments/")
    page = text(portal.get())
    assert "You have been signed out" in page and "nothing happened" not in page
