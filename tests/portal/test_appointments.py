from datetime import timedelta

import pytest
from wagtail.models import Page, Site

from tests.factories import cancelled_status, make_client, make_location, open_portal
from tests.portal.reading import hrefs, soup, text
from wagtail_clientportal.models import PortalPolicy

ROUTES = ["", "change/", "change/confirm/", "cancel/", "calendar/"]


def test_the_list_says_what_is_coming_and_what_was(portal):
    clinic = portal.clinic
    clinic.book(start=portal.now + timedelta(days=8))
    clinic.book(start=portal.now + timedelta(days=9), status=cancelled_status())
    clinic.book(start=portal.now - timedelta(days=30))
    portal.sign_in()
    page = soup(portal.get("appointments/"))
    upcoming = [card.get_text(" ") for card in page.select("[aria-labelledby=cp-upcoming] article")]
    previous = [line.get_text(" ", strip=True) for line in page.select("[aria-labelledby=cp-previous] li")]
    assert len(upcoming) == 2 and "Wednesday 25 November 2026" in upcoming[0] and "10am" in upcoming[0]
    assert "Tuesday 1 December 2026" in upcoming[1]
    assert len(previous) == 2 and previous[0].startswith("Cancelled: Wednesday 2 December 2026")
    assert "Saturday 24 October 2026" in previous[1]


def test_previous_appointments_come_in_pages(portal):
    for days in range(1, 24):
        portal.clinic.book(start=portal.now - timedelta(days=days))
    portal.sign_in()
    first, second = portal.get("appointments/"), portal.get("appointments/", page="2")
    cards = "[aria-labelledby=cp-previous] li"
    assert (len(soup(first).select(cards)), len(soup(second).select(cards))) == (20, 3)
    assert "?page=2#cp-previous" in hrefs(first, ".cp-pages")
    assert hrefs(second, ".cp-pages") == ["?page=1#cp-previous"]
    assert "Saturday 31 October 2026" in text(second)
    for nonsense in ("", "x", "-1", "0", "1e9", "9" * 30, "\0", "²"):
        page = soup(portal.get("appointments/", page=nonsense))
        assert len(page.select(cards)) in (0, 20)


@pytest.mark.parametrize(
    ("policy", "hours", "button"),
    [
        ({}, 0, "Change or cancel"),
        ({"cancellations_enabled": False}, 0, "View or change"),
        ({"changes_enabled": False}, 0, "View or cancel"),
        ({"cancellation_window": timedelta(0)}, 30, "View or cancel"),
        ({}, 30, "View"),
    ],
)
def test_the_button_of_the_list_says_what_can_be_done(portal, policy, hours, button):
    _policy(**policy)
    portal.wait(hours=hours)
    portal.sign_in()
    words = soup(portal.get("appointments/")).select_one("article .cp-button").get_text()
    assert words.partition(":")[0] == button


def _policy(**values):
    policy = PortalPolicy.objects.get()
    for name, value in values.items():
        setattr(policy, name, value)
    policy.save_revision().publish()


UNTIL = "until Tuesday 24 November 2026 at 10am."


@pytest.mark.parametrize(
    ("policy", "sentences"),
    [
        ({}, [f"You can change or cancel online {UNTIL}"]),
        (
            {"cancellation_window": timedelta(hours=2)},
            [
                f"You can change it online {UNTIL}",
                "You can cancel it online until Wednesday 25 November 2026 at 8am.",
            ],
        ),
        ({"changes_enabled": False}, [f"You can cancel it online {UNTIL}"]),
    ],
)
def test_until_when_it_can_be_changed_or_cancelled_is_said_while_it_can(portal, policy, sentences):
    _policy(**policy)
    portal.sign_in()
    one = portal.of(portal.clinic.appointment)
    page = text(portal.get(one))
    assert all(sentence in page for sentence in sentences)
    portal.wait(hours=50)
    portal.sign_in()
    assert "You can c" not in text(portal.get(one))


def test_what_stands_against_changing_and_cancelling_alike_is_said_once(portal):
    portal.wait(hours=30)
    portal.sign_in()
    page = text(portal.get(portal.of(portal.clinic.appointment)))
    assert "It is too late to change or cancel this appointment online" in page
    assert page.count("Tuesday 24 November 2026 at 10am") == 1
    _policy(changes_enabled=False, cancellations_enabled=False)
    page = text(portal.get(portal.of(portal.clinic.appointment)))
    assert page.count("We don’t offer online") == 1


def test_a_page_gives_one_number_to_ring_once_and_as_a_link(portal):
    portal.sign_in()
    one = portal.of(portal.clinic.appointment)
    pages = ["", "appointments/", one, f"{one}change/", f"{one}cancel/", "sent/", "verify/", "nothing/"]
    for path in pages:
        numbers = soup(portal.get(path)).select("a[href^='tel:']")
        assert len(numbers) == 1, path
    portal.wait(hours=30)
    portal.sign_in()
    assert len(soup(portal.get(one)).select("a[href^='tel:']")) == 1
    assert len(soup(portal.get(f"{one}change/")).select("a[href^='tel:']")) == 1


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
    assert "Wednesday 25 November 2026 at 10am" in page
    for words in ("Physiotherapy follow-up", "Ada Osei", "Harbour Rooms", "020 7946 0000", "30 minutes", "Booked"):
        assert words in page


def test_times_are_the_locations_own(portal):
    away = make_location(name="New York Rooms", timezone="America/New_York")
    portal.sign_in()
    page = text(portal.get(portal.of(portal.clinic.book(location=away, start=portal.now + timedelta(days=3, hours=2)))))
    assert "Thursday 26 November 2026 at 5am, New York time" in page


def test_whose_clocks_are_meant_is_said_where_they_could_be_others_and_only_there(portal):
    portal.sign_in()
    assert "London time" not in text(portal.get("appointments/"))
    away = make_location(name="New York Rooms", timezone="America/New_York")
    portal.clinic.book(location=away, start=portal.now + timedelta(days=3, hours=2))
    page = text(portal.get("appointments/"))
    assert "Harbour Rooms (London time)" in page and "New York Rooms (New York time)" in page


def test_a_one_appointment_session_opens_that_one_alone_and_says_how_to_see_all(portal):
    other = portal.clinic.book(start=portal.now + timedelta(days=9))
    portal.open_appointment()
    page = portal.get("appointments/")
    assert len(soup(page).select("article")) == 1
    assert "this appointment only" in text(page)
    assert soup(page).select_one(".cp-note form")["action"] == "/portal/send-link/"
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
