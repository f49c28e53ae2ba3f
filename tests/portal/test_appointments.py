from datetime import timedelta

import pytest
from wagtail.models import Page, Site

from tests.factories import cancelled_status, make_client, make_location, open_portal
from tests.portal.reading import hrefs, soup, text

ROUTES = ["", "change/", "change/confirm/", "cancel/", "calendar/"]


def test_the_list_says_what_is_coming_and_what_was(portal):
    clinic = portal.clinic
    clinic.book(start=portal.now + timedelta(days=9), status=cancelled_status())
    clinic.book(start=portal.now - timedelta(days=30))
    portal.sign_in()
    page = soup(portal.get("appointments/"))
    upcoming, previous = (
        [card.get_text(" ") for card in page.select(f"[aria-labelledby={id}] article")]
        for id in ("cp-upcoming", "cp-previous")
    )
    assert len(upcoming) == 2 and "Wednesday 25 November 2026" in upcoming[0] and "10:00am" in upcoming[0]
    assert "Cancelled" in upcoming[1]
    assert len(previous) == 1 and "Saturday 24 October 2026" in previous[0]


def test_previous_appointments_come_in_pages(portal):
    for days in range(1, 24):
        portal.clinic.book(start=portal.now - timedelta(days=days))
    portal.sign_in()
    first, second = portal.get("appointments/"), portal.get("appointments/", page="2")
    cards = "[aria-labelledby=cp-previous] article"
    assert (len(soup(first).select(cards)), len(soup(second).select(cards))) == (20, 3)
    assert "?page=2#cp-previous" in hrefs(first, ".cp-pages")
    assert hrefs(second, ".cp-pages") == ["?page=1#cp-previous"]
    assert "Saturday 31 October 2026" in text(second)
    for nonsense in ("", "x", "-1", "0", "1e9", "9" * 30, "\0", "²"):
        page = soup(portal.get("appointments/", page=nonsense))
        assert len(page.select(cards)) in (0, 20)


def test_nothing_coming_up_is_said_with_the_phone_number(portal):
    portal.clinic.appointment.events.all().delete()
    portal.sign_in()
    portal.clinic.appointment.delete()
    page = text(portal.get("appointments/"))
    assert "You have no appointments coming up." in page
    assert "020 7946 0999" in page


def test_an_appointment_is_told_in_words(portal):
    portal.sign_in()
    page = text(portal.get(portal.of(portal.clinic.appointment)))
    assert "Wednesday 25 November 2026 at 10:00am, London time" in page
    for words in ("Physiotherapy follow-up", "Ada Osei", "Harbour Rooms", "020 7946 0000", "30 minutes", "Booked"):
        assert words in page


def test_times_are_the_locations_own(portal):
    away = make_location(name="New York Rooms", timezone="America/New_York")
    portal.sign_in()
    page = text(portal.get(portal.of(portal.clinic.book(location=away, start=portal.now + timedelta(days=3, hours=2)))))
    assert "Thursday 26 November 2026 at 5:00am, New York time" in page


def test_a_one_appointment_session_opens_that_one_alone_and_says_how_to_see_all(portal):
    other = portal.clinic.book(start=portal.now + timedelta(days=9))
    portal.open_appointment()
    page = portal.get("appointments/")
    assert len(soup(page).select("article")) == 1
    assert "this appointment only" in text(page)
    assert "/portal/" in hrefs(page, ".cp-note")
    for route in ROUTES:
        assert portal.get(portal.of(other, route)).status_code == 404
        assert portal.get(portal.of(portal.clinic.appointment, route)).status_code == 200


def _of_somebody_else(portal):
    client = make_client(email="tom@example.org", mobile="")
    return portal.clinic.book(client=client, start=portal.now + timedelta(days=4))


def _at_another_site(portal):
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    other = Site.objects.create(hostname="other.example", root_page=root)
    open_portal(site=other)
    return portal.clinic.book(location=make_location(site=other), start=portal.now + timedelta(days=4))


@pytest.mark.parametrize("made", [_of_somebody_else, _at_another_site])
@pytest.mark.parametrize("route", ROUTES)
def test_what_is_not_theirs_looks_like_what_does_not_exist(portal, made, route):
    foreign = made(portal)
    portal.sign_in()
    missing = portal.url(f"appointments/00000000-0000-0000-0000-000000000000/{route}")
    ours, theirs = portal.get(portal.of(foreign, route)), portal.get(missing)
    assert ours.status_code == theirs.status_code == 404
    assert text(ours) == text(theirs)
    if route in ("change/confirm/", "cancel/"):
        assert portal.post(portal.of(foreign, route), {"start": "2026-12-01T14:30:00Z"}).status_code == 404
        foreign.refresh_from_db()
        assert foreign.holds_place and foreign.start == portal.now + timedelta(days=4)


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_session_every_appointment_leads_to_the_sign_in_page(portal, route):
    for response in (
        portal.get(portal.of(portal.clinic.appointment, route)),
        portal.get(portal.url(f"appointments/00000000-0000-0000-0000-000000000000/{route}")),
    ):
        assert (response.status_code, response["Location"]) == (302, "/portal/")


def test_a_session_that_has_timed_out_is_said_once(portal):
    portal.sign_in()
    portal.wait(minutes=16)
    assert portal.get("appointments/")["Location"] == "/portal/"
    assert "You were signed out because nothing happened" in text(portal.get())
    assert "signed out" not in text(portal.get())


def test_a_session_belongs_to_one_site_and_another_site_leaves_it_alone(portal):
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    open_portal(site=Site.objects.create(hostname="other.example", root_page=root))
    portal.sign_in()
    assert portal.browser.get("/portal/appointments/", headers={"host": "other.example"}).status_code == 302
    assert portal.get("appointments/").status_code == 200


def test_names_that_look_like_markup_are_shown_as_text(portal):
    portal.clinic.clinician.name = "<script>alert(1)</script>"
    portal.clinic.clinician.save()
    portal.sign_in()
    for path in (
        "appointments/",
        portal.of(portal.clinic.appointment),
        portal.of(portal.clinic.appointment, "change/"),
    ):
        assert b"<script>" not in portal.get(path).content
