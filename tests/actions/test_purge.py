from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils.module_loading import import_string
from django_q.models import Schedule

from tests.factories import NOW
from wagtail_clientportal.access import throttle
from wagtail_clientportal.access.links import mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.actions.purge import purge
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.models import Appointment, MagicLink, OutboundMessage, PortalSession, Throttle


@pytest.fixture
def old(clinic):
    mint_sign_in_link("margaret@example.org", clinic.site, NOW)
    mint_appointment_link(clinic.appointment, NOW)
    PortalSession.objects.create(
        client=clinic.client,
        site=clinic.site,
        contact_version=1,
        identity_version=1,
        created_at=NOW,
        last_seen_at=NOW,
        link=MagicLink.objects.first(),
    )
    throttle.take("identity:client:1", most=10, period=timedelta(days=1), now=NOW)
    request_link("stranger@example.org", clinic.site, now=NOW)
    OutboundMessage.objects.update(status="dropped")
    return clinic


def test_nothing_goes_before_its_term(old):
    done = purge(NOW + timedelta(hours=24))
    assert (done.links, done.sessions, done.attempts, done.requests) == (0, 0, 0, 0)


def test_a_sign_in_link_goes_a_day_after_it_expired(old):
    assert purge(NOW + timedelta(hours=24, minutes=11)).links == 1
    assert MagicLink.objects.get().kind == "appointment"


def test_an_appointment_link_goes_thirty_days_after_the_appointment(old):
    month_after = old.appointment.end + timedelta(days=30)
    purge(month_after)
    assert MagicLink.objects.filter(kind="appointment").exists()
    assert purge(month_after + timedelta(seconds=1)).links == 1
    assert Appointment.objects.exists()


def test_sessions_attempts_and_requests_go_after_thirty_days(old):
    done = purge(NOW + timedelta(days=30, seconds=1))
    assert (done.sessions, done.attempts, done.requests) == (1, 1, 1)
    assert not (PortalSession.objects.exists() or Throttle.objects.exists() or OutboundMessage.objects.exists())


def test_a_request_that_is_still_waiting_stays(old):
    OutboundMessage.objects.update(status="waiting")
    assert purge(NOW + timedelta(days=40)).requests == 0


def test_the_command_says_what_it_did(old):
    said = StringIO()
    call_command("clientportal_purge", stdout=said)
    assert said.getvalue().startswith("Deleted: ")


def test_the_worker_purges_every_day(old):
    daily = Schedule.objects.get(func="wagtail_clientportal.actions.purge.purge")
    assert (daily.schedule_type, daily.repeats) == (Schedule.DAILY, -1)
    with time_machine.travel(NOW + timedelta(days=60)):
        import_string(daily.func)()
    assert not MagicLink.objects.exists() and not PortalSession.objects.exists()
