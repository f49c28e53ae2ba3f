"""Two Wagtail sites, two time zones: each clinic's portal is its own."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tests.factories import NOW, make_location
from tests.portal.reading import text
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.models import AppointmentEvent, MagicLink, PortalSession, PortalSettings
from wagtail_clientportal.outbox.backends.sms import locmem

# 08:30 UTC: half past eight in London, a quarter past two in the afternoon in Kathmandu.
LATER = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
SOON = NOW + timedelta(minutes=3)


def detail(appointment):
    return f"/portal/appointments/{appointment.public_id}/"


def sent_to(address):
    [email] = [one for one in mail.outbox if one.to == [address]]
    return email


@pytest.fixture
def texts():
    locmem.outbox.clear()
    yield locmem.outbox
    locmem.outbox.clear()


# Screens


def test_each_sites_list_holds_its_own_appointments(
    london, kathmandu, in_london, in_kathmandu, at_london, at_kathmandu
):
    at_london.sign_in(london)
    at_kathmandu.sign_in(kathmandu)
    here, there = text(at_london.get("/portal/appointments/")), text(at_kathmandu.get("/portal/appointments/"))
    assert "Visit to Thames Clinic" in here and "Everest" not in here
    assert "Visit to Everest Clinic" in there and "Thames" not in there


def test_screens_show_each_locations_own_time_and_name_its_zone(
    london, kathmandu, in_london, in_kathmandu, at_london, at_kathmandu
):
    at_london.sign_in(london)
    at_kathmandu.sign_in(kathmandu)
    assert "Thursday 26 November 2026 at 4:15am" in text(at_london.get(detail(in_london)))
    assert "Thursday 26 November 2026 at 10am, Kathmandu time" in text(at_kathmandu.get(detail(in_kathmandu)))


def test_free_times_begin_when_each_locations_day_does(
    london, kathmandu, in_london, in_kathmandu, at_london, at_kathmandu
):
    at_london.sign_in(london)
    at_kathmandu.sign_in(kathmandu)
    first = {"from": "2026-12-01"}
    here = at_london.get(f"{detail(in_london)}change/", **first).content.decode()
    there = at_kathmandu.get(f"{detail(in_kathmandu)}change/", **first).content.decode()
    assert "start=2026-12-01T08:00:00Z" in here and "start=2026-12-01T02:15:00Z" not in here
    assert "start=2026-12-01T02:15:00Z" in there  # 8am in Kathmandu


def test_each_sites_phone_is_its_own(london, kathmandu, in_london, in_kathmandu, at_london, at_kathmandu):
    at_london.sign_in(london)
    at_kathmandu.sign_in(kathmandu)
    here, there = text(at_london.get(detail(in_london))), text(at_kathmandu.get(detail(in_kathmandu)))
    assert "020 7946 0001" in here and "+977" not in here
    assert "+977 1 5970001" in there and "020 7946" not in there


def test_each_sites_policy_is_its_own(london, kathmandu, in_london, in_kathmandu, margaret):
    with pytest.raises(refusals.CancellationsDisabled):
        cancel(in_kathmandu, by=margaret, now=NOW)
    assert cancel(in_london, by=margaret, now=NOW).holds_place is False
    two_days_before = in_kathmandu.start - timedelta(hours=47)
    with pytest.raises(refusals.TooLateToChange):
        change(in_kathmandu, LATER, by=margaret, now=two_days_before)


def test_each_sites_policy_is_worded_on_its_own_screens(london, kathmandu, in_kathmandu, at_kathmandu):
    at_kathmandu.sign_in(kathmandu)
    page = text(at_kathmandu.get(detail(in_kathmandu)))
    assert "This appointment can’t be cancelled online" in page


def test_one_site_switched_off_leaves_the_other_on(
    london, kathmandu, in_london, in_kathmandu, margaret, at_london, at_kathmandu
):
    at_london.sign_in(london)
    at_kathmandu.sign_in(kathmandu)
    PortalSettings.objects.get(site=kathmandu.site).delete()
    assert at_london.get("/portal/appointments/").status_code == 200
    assert "Our online service is closed" in text(at_kathmandu.get("/portal/appointments/"))
    with pytest.raises(refusals.PortalOff):
        change(in_kathmandu, LATER, by=margaret, now=NOW)
    assert change(in_london, LATER, by=margaret, now=NOW).start == LATER


# Sessions


def test_a_session_of_one_site_opens_nothing_on_the_other(london, kathmandu, in_london, in_kathmandu, at_london):
    """Even where both sites share a cookie, as two sites of one host name with two ports do."""
    at_london.sign_in(london)
    at_london.host = "kathmandu.example"
    for path in ("/portal/appointments/", detail(in_kathmandu), detail(in_london), f"{detail(in_kathmandu)}change/"):
        response = at_london.get(path)
        assert (response.status_code, response["Location"]) == (302, "/portal/")
    at_london.post(f"{detail(in_kathmandu)}change/confirm/", start="2026-12-01T08:30:00Z")
    at_london.post(f"{detail(in_kathmandu)}cancel/")
    assert not AppointmentEvent.objects.exists()
    at_london.host = "localhost"
    assert at_london.get("/portal/appointments/").status_code == 200


def test_another_sites_appointment_is_the_same_as_none_at_all(london, kathmandu, in_london, in_kathmandu, at_london):
    at_london.sign_in(london)
    theirs = at_london.get(detail(in_kathmandu))
    nothing = at_london.get("/portal/appointments/00000000-0000-4000-8000-000000000000/")
    assert theirs.status_code == nothing.status_code == 404
    assert text(theirs) == text(nothing)
    at_london.post(f"{detail(in_kathmandu)}change/confirm/", start="2026-12-01T08:30:00Z")
    assert not AppointmentEvent.objects.exists()


def test_a_link_of_one_site_lets_nobody_in_on_the_other(london, kathmandu, in_london, in_kathmandu, at_london):
    at_london.open_appointment(in_kathmandu)
    at_london.sign_in(kathmandu)
    assert not PortalSession.objects.exists()
    assert at_london.open_appointment(in_london).status_code == 302
    assert PortalSession.objects.get().site == london.site


# Links and messages, written by a worker that has no request


def test_links_begin_with_each_sites_own_address(london, kathmandu, in_london, in_kathmandu, margaret):
    change(in_london, LATER, by=None, now=NOW)
    deliver_due(SOON)
    assert "http://localhost/p/" in sent_to("margaret@example.org").body
    mail.outbox.clear()
    change(in_kathmandu, LATER, by=None, now=NOW)
    deliver_due(SOON)
    assert "https://kathmandu.example/p/" in sent_to("margaret@example.org").body
    assert set(MagicLink.objects.values_list("site", flat=True)) == {london.site.pk, kathmandu.site.pk}


def test_a_change_is_told_in_its_own_sites_words_whoever_delivers_them(london, kathmandu, in_kathmandu, at_kathmandu):
    at_kathmandu.open_appointment(in_kathmandu)
    at_kathmandu.post(f"{detail(in_kathmandu)}change/confirm/", start="2026-12-01T08:30:00Z")
    with timezone.override("America/New_York"):  # as Wagtail's admin does for a member of staff
        deliver_due(SOON)
    email = sent_to("margaret@example.org")
    assert "2:15pm" in email.subject and "Kathmandu time" in email.subject
    for body in (email.body, email.alternatives[0][0]):
        assert "2:15pm" in body and "Kathmandu time" in body
        assert "Everest Clinic" in body and "+977 1 5970001" in body
        assert "Thames" not in body and "localhost" not in body
    assert email.reply_to == ["desk@everest.example"]


def test_staff_emails_go_to_each_sites_address_in_each_locations_time(
    london, kathmandu, in_london, in_kathmandu, margaret
):
    change(in_london, LATER, by=margaret, now=NOW)
    change(in_kathmandu, LATER, by=margaret, now=NOW)
    with timezone.override("America/New_York"):
        deliver_due(SOON)
    here, there = sent_to("staff@thames.example"), sent_to("staff@everest.example")
    assert "Tuesday 1 December 2026 at 8:30am" in here.subject
    assert "Tuesday 1 December 2026 at 2:15pm, Kathmandu time" in there.subject
    assert "Was: Thursday 26 November 2026 at 10am, Kathmandu time" in there.body
    assert "Everest" not in here.body and "Thames" not in there.body


def test_texts_say_each_locations_time_and_each_sites_name(london, kathmandu, in_london, in_kathmandu, margaret, texts):
    margaret.email = ""
    margaret.save()
    for one in (in_london, in_kathmandu):
        one.client.refresh_from_db()
        change(one, LATER, by=None, now=NOW)
    deliver_due(SOON)
    here, there = sorted((body for _to, body in texts), key=lambda body: "Everest" in body)
    assert here.startswith("Thames Clinic: ") and "8:30am" in here and "http://localhost/p/" in here
    assert there.startswith("Everest Clinic: ") and "2:15pm, Kathmandu time" in there
    assert "https://kathmandu.example/p/" in there


def test_a_sign_in_link_is_that_of_the_site_it_was_asked_for_on(london, kathmandu, in_london, in_kathmandu):
    request_link("margaret@example.org", kathmandu.site, now=NOW)
    deliver_due(SOON)
    email = sent_to("margaret@example.org")
    assert "Everest Clinic" in email.subject
    assert "https://kathmandu.example/p/" in email.body


def test_asking_on_one_site_uses_up_no_request_of_the_other(london, kathmandu, margaret):
    for _time in range(4):
        request_link("margaret@example.org", london.site, now=NOW)
    request_link("margaret@example.org", kathmandu.site, now=NOW)
    deliver_due(SOON)
    assert [("Everest" in one.subject) for one in mail.outbox] == [False, False, False, True]


# A location that names no site


def test_a_location_without_a_site_belongs_to_the_default_one(
    london, kathmandu, in_london, margaret, at_london, at_kathmandu
):
    assert london.location.site is None
    assert london.location.portal_site == london.site
    at_london.sign_in(london)
    at_kathmandu.sign_in(kathmandu)
    assert "Visit to Thames Clinic" in text(at_london.get("/portal/appointments/"))
    assert "You have no appointments coming up" in text(at_kathmandu.get("/portal/appointments/"))


def test_when_another_site_becomes_the_default_it_takes_the_locations_without_one(
    london, kathmandu, in_london, margaret
):
    london.site.is_default_site = False
    london.site.save()
    kathmandu.site.is_default_site = True
    kathmandu.site.save()
    change(in_london, LATER, by=None, now=NOW)
    deliver_due(SOON)
    email = sent_to("margaret@example.org")
    assert "https://kathmandu.example/p/" in email.body and "Everest Clinic" in email.body
    assert "8:30am" in email.subject  # the time stays the location's own


def test_without_any_site_nothing_can_be_done_online_and_nothing_crashes(london, in_london, margaret):
    london.site.is_default_site = False
    london.site.save()
    assert make_location(name="Nowhere").portal_site is None
    with pytest.raises(refusals.PortalOff):
        change(in_london, LATER, by=margaret, now=NOW)


def test_a_crash_names_the_clinic_of_the_host_that_was_asked(
    london, kathmandu, at_london, at_kathmandu, settings, monkeypatch
):
    settings.MIDDLEWARE = ["wagtail_clientportal.pages.errors.PortalErrorsMiddleware", *settings.MIDDLEWARE]
    at_london.get("/portal/")
    at_kathmandu.get("/portal/")
    monkeypatch.setattr(PortalSettings, "for_site", lambda site: 1 / 0)
    for visitor, phone in ((at_london, london.clinic.phone), (at_kathmandu, kathmandu.clinic.phone)):
        visitor.browser.raise_request_exception = False
        assert phone in text(visitor.get("/portal/")) and phone in text(visitor.get("/p/unsubscribe/abc/"))
