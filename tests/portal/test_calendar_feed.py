"""All of a client's appointments, as a calendar program reads them again and again."""

from datetime import date, timedelta

import pytest
import vobject
from django.test import Client as Browser
from icalendar import Calendar
from wagtail.models import Site

from tests.factories import cancelled_status, make_client, make_location
from tests.portal.reading import soup
from wagtail_clientportal.actions.revoke_links import revoke_links
from wagtail_clientportal.conf import settings as portal_conf
from wagtail_clientportal.models import CalendarFeed, PortalSettings


def make_feed(portal):
    """Press the button; return the path of the address that the page shows."""
    response = portal.post("calendar/")
    assert response.status_code == 200
    return soup(response).select_one(".cp-address a")["href"].removeprefix("http://localhost")


@pytest.fixture
def feed(portal):
    return make_feed(portal.sign_in())


def read(feed):
    return Browser().get(feed)


def test_the_list_leads_there_and_looking_makes_nothing(portal):
    portal.sign_in()
    assert "/portal/calendar/" in portal.get("appointments/").content.decode()
    assert "Make an address" in portal.get("calendar/").content.decode()
    assert not CalendarFeed.objects.exists()


def test_any_program_reads_it_without_signing_in(portal, feed):
    response = read(feed)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    other = vobject.readOne(response.content.decode()).vevent
    appointment = portal.clinic.appointment
    assert event["uid"] == other.uid.value == str(appointment.public_id)
    assert event["dtstart"].dt == other.dtstart.value == appointment.start
    assert event["dtend"].dt == other.dtend.value == appointment.end
    assert CalendarFeed.objects.get().last_read_at == portal.now


def test_it_says_when_and_where_and_neither_with_whom_nor_what_for(feed):
    text = read(feed).content.decode().replace("\r\n ", "")
    assert "Appointment at Harbour Clinic" in text and "Harbour Rooms" in text
    for private in ("Ada", "Physio", "Margaret", "/p/"):
        assert private not in text


def test_it_follows_what_is_booked_and_cancelled(portal, feed):
    clinic = portal.clinic
    clinic.book(start=clinic.appointment.start + timedelta(days=1))
    assert read(feed).content.count(b"BEGIN:VEVENT") == 2
    clinic.appointment.status, clinic.appointment.holds_place = cancelled_status(), False
    clinic.appointment.save()
    assert read(feed).content.count(b"BEGIN:VEVENT") == 1


def test_it_holds_nobody_elses_and_no_other_sites(portal, feed, other_site):
    clinic = portal.clinic
    start = clinic.appointment.start + timedelta(hours=1)
    clinic.book(client=make_client(first_name="Jo", email="jo@example.org"), start=start)
    clinic.book(location=make_location(site=other_site), start=start + timedelta(hours=1))
    assert read(feed).content.count(b"BEGIN:VEVENT") == 1


@pytest.fixture
def other_site(db):
    root = Site.objects.get(is_default_site=True).root_page
    return Site.objects.create(hostname="other.example", root_page=root)


@pytest.mark.parametrize(
    "values",
    [
        {"portal_access": False},
        {"is_active": False},
        {"email": "new@example.org"},
        {"date_of_birth": date(1957, 1, 1)},
    ],
)
def test_it_ends_with_the_portal_access(portal, feed, values):
    client = portal.clinic.client
    client.refresh_from_db()
    for name, value in values.items():
        setattr(client, name, value)
    client.save()
    assert read(feed).status_code == 404


def test_it_ends_with_all_links_and_sessions(portal, feed):
    revoke_links(portal.clinic.client, by=None, now=portal.now)
    assert read(feed).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_while_the_portal_is_off_it_answers_nothing(feed):
    PortalSettings.objects.update(enabled=False)
    assert read(feed).status_code == 404
    PortalSettings.objects.update(enabled=True)
    assert read(feed).status_code == 200


def test_a_new_one_ends_the_one_before_and_a_button_ends_it(portal, feed):
    new = make_feed(portal)
    assert (read(feed).status_code, read(new).status_code) == (404, 200)
    assert portal.post("calendar/", {"do": "end"}).status_code == 302
    assert read(new).status_code == 404


def test_a_session_for_one_appointment_makes_none(portal):
    portal.open_appointment()
    assert portal.post("calendar/").status_code == 404
    assert "/portal/calendar/" not in portal.get("appointments/").content.decode()


def test_who_is_not_signed_in_makes_none(portal):
    assert portal.post("calendar/").status_code == 302
    assert not CalendarFeed.objects.exists()


def test_it_is_read_so_often_and_no_more(portal, feed, settings):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"FEED_READINGS": 2}
    assert [read(feed).status_code for _reading in range(3)] == [200, 200, 429]
    portal.wait(hours=1)
    assert read(feed).status_code == 200
    assert portal_conf.FEED_READINGS == 2


@pytest.mark.parametrize("change", [lambda path: path.replace(".ics", "x.ics"), lambda path: path[:-6] + ".ics"])
def test_a_wrong_address_answers_as_one_that_never_was(feed, change):
    wrong, never = read(change(feed)), read("/p/calendar/never.ics")
    assert wrong.status_code == never.status_code == 404
    assert wrong.content == never.content


def test_nothing_is_done_by_another_method(feed):
    assert Browser().post(feed).status_code == 405
    assert Browser(enforce_csrf_checks=True).delete(feed).status_code == 405


def test_the_token_is_kept_nowhere_and_gets_into_no_log(portal, feed, caplog, monkeypatch):
    token = feed.split("/")[-1].removesuffix(".ics")
    assert token not in str(CalendarFeed.objects.values())
    assert token not in str(dict(portal.browser.session))
    with caplog.at_level(0):
        read(feed.replace(".ics", "x.ics"))
        monkeypatch.setattr("wagtail_clientportal.portal.views.feed.feed_calendar", lambda *_: 1 / 0)
        assert read(feed).status_code == 503
    assert token not in caplog.text


def test_it_takes_few_questions_however_much_there_is(portal, feed, django_assert_max_num_queries):
    for number in range(30):
        portal.clinic.book(start=portal.clinic.appointment.start + timedelta(days=number + 1))
    with django_assert_max_num_queries(16):
        assert read(feed).content.count(b"BEGIN:VEVENT") == 31
