"""A clinician's diary in other calendars."""

import re
from datetime import timedelta

import pytest
import vobject
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.urls import reverse
from icalendar import Calendar

from tests.factories import make_clinician
from wagtail_clientportal.models import CalendarFeed, PortalSettings


def page_of(clinician):
    return reverse("clientportal_calendarfeed:clinician", args=[clinician.pk])


def make_feed(browser, clinician):
    page = browser.post(page_of(clinician)).content.decode()
    return re.search(r'href="http://localhost(/p/calendar/\w+\.ics)"', page)[1]


def signed_in(group, **values):
    user = get_user_model().objects.create_user(group, **values)
    user.groups.add(Group.objects.get(name=group))
    browser = Browser()
    browser.force_login(user)
    return browser, user


@pytest.fixture
def ada(clinic):
    """The clinician, signed in."""
    browser, user = signed_in("Clinician")
    clinic.clinician.user = user
    clinic.clinician.save()
    return browser


def test_a_clinician_makes_it_in_their_account_and_any_program_reads_it(ada, clinic):
    assert page_of(clinic.clinician) in ada.get(reverse("wagtailadmin_account")).content.decode()
    ada.get(page_of(clinic.clinician))
    assert not CalendarFeed.objects.exists()
    content = Browser().get(make_feed(ada, clinic.clinician)).content
    [event] = Calendar.from_ical(content).walk("VEVENT")
    assert event["dtstart"].dt == vobject.readOne(content.decode()).vevent.dtstart.value == clinic.appointment.start
    assert "Last read:" in ada.get(page_of(clinic.clinician)).content.decode()


def test_it_says_when_where_and_what_for_and_names_clients_only_where_the_clinic_says_so(ada, clinic):
    feed = make_feed(ada, clinic.clinician)
    text = Browser().get(feed).content.decode()
    assert "SUMMARY:Physiotherapy follow-up" in text and "LOCATION:Harbour Rooms" in text
    for private in ("Margaret", "Hale", "07700", "example.org"):
        assert private not in text
    PortalSettings.objects.update(names_in_feeds=True)
    assert "SUMMARY:Margaret Hale: Physiotherapy follow-up" in Browser().get(feed).content.decode()


def test_it_holds_that_diary_alone(ada, clinic):
    clinic.book(clinician=make_clinician(name="Ben", locations=[clinic.location]))
    clinic.book(start=clinic.appointment.start + timedelta(hours=2))
    assert Browser().get(make_feed(ada, clinic.clinician)).content.count(b"BEGIN:VEVENT") == 2


def test_what_somebody_is_called_is_text(ada, clinic):
    clinic.client.first_name = "A;B,C\nBEGIN:VEVENT"
    clinic.client.save()
    PortalSettings.objects.update(names_in_feeds=True)
    content = Browser().get(make_feed(ada, clinic.clinician)).content
    assert content.count(b"\r\nBEGIN:VEVENT") == 1 and len(Calendar.from_ical(content).walk("VEVENT")) == 1


def test_a_colleagues_diary_is_nobodys_to_give_away(ada, clinic):
    ben = make_clinician(name="Ben")
    for response in (ada.get(page_of(ben)), ada.post(page_of(ben)), signed_in("Editors")[0].post(page_of(ben))):
        assert response.status_code == 302 and response.url == reverse("wagtailadmin_home")
    assert not CalendarFeed.objects.exists()


def test_a_manager_makes_and_ends_it_and_that_is_written_down(clinic):
    manager, _user = signed_in("Clinic manager")
    edit = reverse("clientportal_clinician:edit", args=[clinic.clinician.pk])
    assert page_of(clinic.clinician) in manager.get(edit).content.decode()
    feed = make_feed(manager, clinic.clinician)
    newer = make_feed(manager, clinic.clinician)
    assert (Browser().get(feed).status_code, Browser().get(newer).status_code) == (404, 200)
    manager.post(page_of(clinic.clinician), {"do": "end"})
    assert Browser().get(newer).status_code == 404
    history = manager.get(reverse("clientportal_clinician:history", args=[clinic.clinician.pk])).content.decode()
    assert "Made a calendar address" in history and "Ended the calendar address" in history


def test_it_ends_with_the_account_of_whoever_made_it(ada, clinic):
    feed = make_feed(ada, clinic.clinician)
    get_user_model().objects.update(is_active=False)
    assert Browser().get(feed).status_code == 404


def test_it_ends_with_the_clinicians_work(ada, clinic):
    feed = make_feed(ada, clinic.clinician)
    clinic.clinician.is_active = False
    clinic.clinician.save()
    assert Browser().get(feed).status_code == 404
    assert "no longer works" in ada.get(page_of(clinic.clinician)).content.decode()
