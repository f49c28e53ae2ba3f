"""`clientportal_health`: a line for each thing that keeps clients from being served, and how to mend it."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from tests.factories import NOW
from wagtail_clientportal.access.unknown_addresses import note_unknown_address
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.models import (
    ClientPortalPage,
    CommunicationTemplate,
    Heartbeat,
    OutboundMessage,
    OutsideCalendar,
    PortalPolicy,
    PortalSettings,
    Throttle,
    WorkingHours,
)

from .mail import gateway_down, mail_server_down, make_messages

pytestmark = pytest.mark.django_db


def health(*options):
    """Return what the command ended with and what it printed."""
    out = io.StringIO()
    try:
        call_command("clientportal_health", *options, stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def keys():
    code, printed = health("--json")
    found = json.loads(printed)
    assert code == (1 if found else 0)
    assert all(one["what"] and one["mend"] for one in found)
    return [one["key"] for one in found]


def test_a_clinic_whose_clients_are_served_ends_with_0(served):
    assert health() == (0, "Nothing keeps clients from being served.\n")
    assert health("--json") == (0, "[]\n")
    assert health("-v", "0") == (0, "")


def test_each_thing_is_one_line_with_how_to_mend_it_and_the_command_ends_with_1(served):
    Heartbeat.objects.all().delete()
    ClientPortalPage.objects.update(live=False)
    code, printed = health()
    never, no_page = printed.splitlines()
    assert code == 1
    assert never.startswith("Messages don’t leave") and "clientportal_worker" in never
    assert "has no portal page that is live" in no_page and "Publish a “Client portal page”" in no_page


# Each brings a trouble about, and returns what mends it.


def stopped_worker(clinic):
    Heartbeat.objects.update(at=NOW - timedelta(minutes=10))
    return lambda: call_command("clientportal_send", verbosity=0)


def mail_failing(clinic):
    make_messages(5)
    with mail_server_down():
        deliver_due()
    return lambda: deliver_due(NOW + timedelta(hours=6))


def texts_failing(clinic):
    make_messages(5, channel="sms")
    with gateway_down():
        deliver_due()
    OutboundMessage.objects.filter(channel="email").delete()
    return lambda: deliver_due(NOW + timedelta(hours=6))


def backlog(clinic):
    make_messages(3, due_at=NOW - timedelta(minutes=15))
    return deliver_due


def site_is_localhost(clinic):
    Site.objects.update(hostname="localhost")
    return lambda: Site.objects.update(hostname="harbour.example")


def site_is_not_among_the_hosts(clinic):
    Site.objects.update(hostname="harbor.example")
    return lambda: Site.objects.update(hostname="harbour.example")


def site_is_not_https(clinic):
    Site.objects.update(port=80)
    return lambda: Site.objects.update(port=443)


def no_live_page(clinic):
    ClientPortalPage.objects.update(live=False)
    return lambda: ClientPortalPage.objects.update(live=True)


def no_policy(clinic):
    PortalSettings.objects.update(default_policy=None)
    return lambda: PortalSettings.objects.update(default_policy=PortalPolicy.objects.get())


def policy_is_a_draft(clinic):
    PortalPolicy.objects.update(live=False)
    return lambda: PortalPolicy.objects.get().save_revision().publish()


def template_without_link(clinic):
    booked = CommunicationTemplate.objects.filter(event="booked", channel="email")
    booked.update(body="<p>See you soon.</p>")
    return lambda: booked.update(body="<p>See you soon: {{ next_appt_url }} </p>")


def clinician_without_hours(clinic):
    WorkingHours.objects.all().delete()
    hours = {"clinician": clinic.clinician, "weekday": 0, "start": "09:00", "end": "17:00"}
    return lambda: WorkingHours.objects.create(**hours)


def hours_are_over(clinic):
    WorkingHours.objects.update(valid_until=NOW.date() - timedelta(days=1))
    return lambda: WorkingHours.objects.update(valid_until=None)


def addresses_unknown(clinic):
    note_unknown_address(clinic.site, timezone.now())
    return lambda: Throttle.objects.update(since=NOW - timedelta(days=1))  # nobody since


def calendar_failing(clinic):
    OutsideCalendar.objects.create(
        clinician=clinic.clinician,
        url="https://calendar.example/secret.ics",
        tried_at=NOW,
        read_at=NOW - timedelta(hours=13),
        problem="refused",
    )
    return OutsideCalendar.objects.all().delete


def calendar_never_read(clinic):
    mend = calendar_failing(clinic)
    OutsideCalendar.objects.update(read_at=None)
    return mend


@pytest.mark.parametrize(
    ("cause", "key"),
    [
        (stopped_worker, "worker_stopped"),
        (mail_failing, "email_failing"),
        (texts_failing, "sms_failing"),
        (backlog, "email_waiting"),
        (site_is_localhost, "site_unreachable"),
        (site_is_not_among_the_hosts, "site_refused"),
        (site_is_not_https, "site_unprotected"),
        (no_live_page, "no_portal_page"),
        (no_policy, "no_default_policy"),
        (policy_is_a_draft, "no_default_policy"),
        (template_without_link, "template_without_link"),
        (clinician_without_hours, "clinician_without_hours"),
        (hours_are_over, "clinician_without_hours"),
        (addresses_unknown, "addresses_unknown"),
        (calendar_failing, "calendar_failing"),
        (calendar_never_read, "calendar_failing"),
    ],
)
def test_it_finds_what_is_wrong_until_that_is_mended(served, admin, settings, cause, key):
    settings.ALLOWED_HOSTS = ["testserver", "harbour.example"]
    assert keys() == []
    mend = cause(served)
    assert keys() == [key]
    [found] = json.loads(health("--json")[1])
    page = admin.get(reverse("wagtailadmin_home")).content.decode().replace("&#x27;", "'")
    assert "This keeps clients from being served" in page
    assert found["what"] in page and found["mend"] in page
    mend()
    assert keys() == []


def test_a_database_that_cannot_be_asked_is_said_in_a_sentence(served, monkeypatch):
    def gone(**_lookups):
        raise OperationalError("connection refused")

    monkeypatch.setattr(Heartbeat.objects, "filter", gone)
    with pytest.raises(CommandError, match="The database can’t be asked: connection refused"):
        call_command("clientportal_health")


def test_that_messages_wait_is_not_said_besides_where_the_worker_has_stopped(served):
    backlog(served)
    stopped_worker(served)
    assert keys() == ["worker_stopped"]


def test_what_waits_after_a_refusal_is_said_with_the_answer_and_what_was_never_tried_without(served, clock):
    make_messages(1)
    with mail_server_down():
        deliver_due()
    clock.move_to(NOW + timedelta(minutes=15), tick=False)
    Heartbeat.objects.update(at=timezone.now())
    assert "The newest answer: ConnectionRefusedError" in health()[1]
    OutboundMessage.objects.update(first_tried_at=None, last_error="", due_at=NOW)
    assert "whether the worker keeps up" in health()[1]


def test_a_clinic_that_is_not_open_yet_hears_nothing_of_its_settings(served):
    PortalSettings.objects.update(enabled=False)
    ClientPortalPage.objects.update(live=False)
    WorkingHours.objects.all().delete()
    Heartbeat.objects.all().delete()
    assert keys() == []


def test_a_developers_own_machine_may_be_localhost(served, settings):
    site_is_localhost(served)
    settings.DEBUG = True
    assert keys() == []


def test_a_clinician_who_is_not_available_online_needs_no_hours(served):
    clinician_without_hours(served)
    served.clinician.available_online = False
    served.clinician.save()
    assert keys() == []


def test_a_message_that_was_sent_again_by_hand_does_not_count_as_waiting_since_the_first_time(served, clock):
    mail_failing(served)
    deliver_due(NOW + timedelta(hours=6))
    assert keys() == []


def test_a_calendar_that_fails_now_and_then_is_no_finding_and_its_secret_address_is_never_said(served):
    calendar_failing(served)
    printed = health()[1]
    assert "calendar.example" in printed and "secret" not in printed
    OutsideCalendar.objects.update(read_at=NOW - timedelta(hours=11))
    assert keys() == []
    OutsideCalendar.objects.update(read_at=NOW - timedelta(hours=13), problem="")
    assert keys() == []
