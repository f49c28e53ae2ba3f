"""The home page leads a new clinic from ``migrate`` to its first client, and then says no more of it."""

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Site

from tests.factories import NOW, make_location
from tests.staff.filling_in import filled_in
from wagtail_clientportal.health.first_steps import first_steps
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentType,
    Client,
    ClientPortalPage,
    Clinician,
    CommunicationTemplate,
    Heartbeat,
    Location,
    PortalPolicy,
    PortalSettings,
    TimetabledHours,
    WorkingHours,
)

ORDER = [
    "site_name",
    "portal_page",
    "worker",
    "phone",
    "policy",
    "location",
    "appointment_type",
    "clinician",
    "hours",
    "messages",
    "portal_on",
    "client",
    "appointment",
]


@pytest.fixture
def ready(clinic):
    """A clinic that has done all of it."""
    Site.objects.filter(pk=clinic.site.pk).update(hostname="harbour.example", port=443)
    Site.clear_site_root_paths_cache()
    Heartbeat.objects.create(name="sweep", at=NOW)
    return clinic


def lines(browser):
    """Where each line of the list leads, by what is to be done; ``None`` for what is done. {} without a list."""
    page = BeautifulSoup(browser.get(reverse("wagtailadmin_home")).content, "html.parser")
    found = {}
    for line in page.select("#client-portal-first-steps-content [data-step], #client-portal-first-steps [data-step]"):
        link = line.find("a", href=True)
        is_done = "clientportal-steps__done" in line.get("class", [])
        found[line["data-step"]] = None if is_done else (link["href"] if link else "")
    return found


def undone(browser):
    return {key: url for key, url in lines(browser).items() if url is not None}


def test_there_is_no_list_once_all_is_done(boss, ready):
    assert lines(boss) == {}


def test_a_fresh_site_is_shown_all_steps_in_their_order(boss):
    found = lines(boss)
    assert list(found) == ORDER
    # What `migrate` has brought
    assert [key for key, url in found.items() if url is None] == ["policy", "messages"]
    assert [key for key, url in found.items() if url == ""] == ["worker"]


def site_is_localhost(clinic):
    Site.objects.update(hostname="localhost", port=80)
    return lambda: Site.objects.update(hostname="harbour.example", port=443)


def page_is_a_draft(clinic):
    ClientPortalPage.objects.update(live=False)
    return lambda: ClientPortalPage.objects.update(live=True)


def nothing_was_ever_sent(clinic):
    Heartbeat.objects.all().delete()
    return lambda: call_command("clientportal_send", verbosity=0)


def no_phone(clinic):
    PortalSettings.objects.update(phone="")
    Location.objects.update(phone="")
    return lambda: Location.objects.update(phone="020 7946 0000")


def no_policy(clinic):
    PortalSettings.objects.update(default_policy=None)
    return lambda: PortalSettings.objects.update(default_policy=PortalPolicy.objects.get())


def policy_is_a_draft(clinic):
    PortalPolicy.objects.update(live=False)
    return lambda: PortalPolicy.objects.update(live=True)


def appointment_type_is_inactive(clinic):
    other = AppointmentType.objects.create(name="Other", duration_minutes=30, is_active=False)
    clinic.clinician.appointment_types.set([other])
    AppointmentType.objects.update(is_active=False)

    def mend():
        AppointmentType.objects.update(is_active=True)

    return mend


def clinician_is_nowhere(clinic):
    clinic.clinician.locations.clear()
    return lambda: clinic.clinician.locations.add(clinic.location)


def clinician_is_at_another_site(clinic):
    other = Site.objects.create(hostname="hill.example", port=443, root_page=clinic.site.root_page)
    clinic.clinician.locations.set([make_location(name="Hill Rooms", site=other)])
    return lambda: clinic.clinician.locations.add(clinic.location)


def no_hours(clinic):
    WorkingHours.objects.all().delete()
    return lambda: TimetabledHours.objects.create(
        clinician=clinic.clinician, location=clinic.location, date=date(2026, 12, 1), start="09:00", end="12:00"
    )


def no_sign_in_message(clinic):
    CommunicationTemplate.objects.filter(event="sign_in").update(live=False)
    return lambda: CommunicationTemplate.objects.filter(event="sign_in").update(live=True)


def never_switched_on(clinic):
    PortalSettings.objects.update(enabled=False)
    return lambda: PortalSettings.objects.update(enabled=True)


def client_without_postcode(clinic):
    Client.objects.update(postcode="")

    def mend():
        Client.objects.update(postcode="SW1A 1AA")

    return mend


def no_appointment(clinic):
    Appointment.objects.all().delete()
    return clinic.book


@pytest.mark.parametrize(
    ("cause", "keys", "leads_to"),
    [
        (site_is_localhost, ["site_name"], r"/admin/sites/edit/\d+/"),
        (page_is_a_draft, ["portal_page"], r"/admin/pages/\d+/edit/"),
        (nothing_was_ever_sent, ["worker"], r""),
        (no_phone, ["phone"], r"/admin/clientportal/portal-settings/edit/\d+/"),
        (no_policy, ["policy"], r"/admin/clientportal/portal-settings/edit/\d+/"),
        (policy_is_a_draft, ["policy"], r"/admin/snippets/wagtail_clientportal/portalpolicy/"),
        (
            appointment_type_is_inactive,
            ["appointment_type", "clinician", "hours"],
            r"/admin/clientportal/appointment-types/new/",
        ),
        (clinician_is_nowhere, ["clinician", "hours"], r"/admin/clientportal/clinicians/edit/\d+/"),
        (clinician_is_at_another_site, ["clinician", "hours"], r"/admin/clientportal/clinicians/edit/\d+/"),
        (no_hours, ["hours"], r"/admin/clientportal/clinicians/edit/\d+/"),
        (no_sign_in_message, ["messages"], r"/admin/snippets/wagtail_clientportal/communicationtemplate/"),
        (never_switched_on, ["portal_on"], r"/admin/clientportal/portal-settings/edit/\d+/"),
        (client_without_postcode, ["client"], r"/admin/clientportal/clients/edit/\d+/"),
        (no_appointment, ["appointment"], r"/admin/clientportal/appointments/new/"),
    ],
)
def test_what_is_missing_is_a_line_with_a_link_until_it_is_there(boss, ready, cause, keys, leads_to):
    mend = cause(ready)
    found = undone(boss)
    assert list(found) == keys
    assert re.fullmatch(leads_to, found[keys[0]])
    mend()
    assert lines(boss) == {}


def test_a_fresh_clinics_places_are_added(boss, ready):
    Appointment.objects.all().delete()
    Clinician.objects.all().delete()
    Location.objects.all().delete()
    found = undone(boss)
    assert found["location"] == reverse("clientportal_location:add")
    assert found["clinician"] == reverse("clientportal_clinician:add")


def test_a_portal_that_was_switched_off_again_is_no_new_clinics(boss, ready):
    portal = PortalSettings.objects.get()
    portal.enabled = False
    portal.save()
    assert lines(boss) == {}


def test_the_list_is_for_whoever_may_switch_the_portal_on(staff_with, clinic):
    assert lines(staff_with("view_appointment", "change_clinician")) == {}


def test_who_may_not_do_a_step_reads_it_without_a_link(staff_with, clinic):
    Appointment.objects.all().delete()
    PortalSettings.objects.update(phone="")
    Location.objects.update(phone="")
    found = undone(staff_with("change_portalsettings"))
    assert found["site_name"] == "" and found["appointment"] == ""
    assert found["phone"] == reverse("clientportal_portalsettings:edit", args=[PortalSettings.objects.get().pk])


def test_a_site_without_any_settings_yet_is_led_to_its_portal_page(boss, db):
    PortalSettings.objects.all().delete()
    found = undone(boss)
    root = Site.objects.get().root_page
    assert found["portal_page"] == f"/admin/pages/add/wagtail_clientportal/clientportalpage/{root.pk}/"
    assert found["phone"] == reverse("clientportal_portalsettings:index")


def test_it_asks_the_database_a_handful_of_questions(ready):
    portal = PortalSettings.objects.select_related("site__root_page", "default_policy__locale").get()
    with CaptureQueriesContext(connection) as asked:
        assert all(step.is_done for step in first_steps(portal))
    assert len(asked) <= 6


# From a fresh site to a first change, by the list alone


def send(browser, url, field, **values):
    """Open the form that has *field*, fill it in and send it; return the answer."""
    page = browser.get(url)
    form = BeautifulSoup(page.content, "html.parser").select_one(f'form:has([name="{field}"])')
    assert form, f"{url} has no form with {field}"
    answer = browser.post(url, filled_in(page, f'form:has([name="{field}"])') | values, follow=True)
    return answer


def test_the_list_alone_leads_a_fresh_site_to_a_first_change(boss, db, clock, django_capture_on_commit_callbacks):
    def step(key, field, **values):
        url = undone(boss)[key]
        assert next(iter(undone(boss))) == key, "the list isn't in the order in which things can be done"
        with django_capture_on_commit_callbacks(execute=True):
            answer = send(boss, url, field, **values)
        assert key not in undone(boss), BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)[:3000]

    step("site_name", "hostname", hostname="harbour.example", port="443", site_name="Harbour Clinic")
    step(
        "portal_page",
        "slug",
        **{"title": "Your appointments", "slug": "portal", "action-publish": "action-publish"},
        **dict.fromkeys(("intro", "help_text", "signed_out_text"), "null"),
    )
    # Its line names the command.
    assert "python manage.py clientportal_send" in boss.get(reverse("wagtailadmin_home")).content.decode()
    call_command("clientportal_send", verbosity=0)
    step("phone", "phone", phone="020 7946 0999", notify_email="desk@harbour.example", off_message="null")
    step("location", "name", name="Harbour Rooms", timezone="Europe/London")
    step("appointment_type", "duration_minutes", name="Follow-up", duration_minutes="30")
    week = {
        f"working_hours-{day}-{name}": value
        for day in range(5)
        for name, value in {"weekday": day, "start": "09:00", "end": "17:00", "location": ""}.items()
    }
    kinds = {"locations": [Location.objects.get().pk], "appointment_types": [AppointmentType.objects.get().pk]}
    step("clinician", "name", name="Ada Osei", available_online="on", is_active="on", **kinds)
    step("hours", "name", **{"working_hours-TOTAL_FORMS": "5"} | week)
    step("portal_on", "enabled", enabled="on", off_message="null")
    step(
        "client",
        "last_name",
        first_name="Margaret",
        last_name="Hale",
        email="margaret@example.org",
        date_of_birth="9/12/1956",
        postcode="SW1A 1AA",
    )
    step(
        "appointment",
        "appointment_type",
        client=Client.objects.get().pk,
        clinician=Clinician.objects.get().pk,
        location=Location.objects.get().pk,
        appointment_type=AppointmentType.objects.get().pk,
        date="2026-11-26",
        time="14:30",
        tell_client="on",
    )
    assert lines(boss) == {}

    mail.outbox.clear()
    clock.move_to(NOW + timedelta(minutes=5), tick=False)
    call_command("clientportal_send", verbosity=0)
    [told] = [one for one in mail.outbox if one.to == ["margaret@example.org"]]
    [link] = set(re.findall(r"https://harbour\.example(/p/\w+/)\s", told.body + " "))
    margaret = Browser(headers={"host": "harbour.example"})
    margaret.get(link, secure=True)
    found = margaret.post(
        "/portal/verify/",
        {"day": "9", "month": "12", "year": "1956", "postcode": "sw1a 1aa"},
        follow=True,
        secure=True,
    )
    assert "Follow-up" in found.content.decode()
    change = f"/portal/appointments/{Appointment.objects.get().public_id}/change/confirm/"
    page = margaret.get(change, {"start": "2026-12-01T10:00:00Z"}, secure=True)
    form = filled_in(page, 'form:has([name="policy_revision"])')
    margaret.post(change, form, secure=True)
    assert Appointment.objects.get().start.isoformat() == "2026-12-01T10:00:00+00:00"
    assert AppointmentEvent.objects.filter(kind="changed", by_kind="client").count() == 1
