from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import models
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from tests.factories import NOW, cancelled_status, make_client
from wagtail_clientportal.access import budgets
from wagtail_clientportal.access.links import find_link, mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.deliver import deliver
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.actions.send_link import send_link
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    Client,
    ClientMessage,
    MagicLink,
    OutboundMessage,
    PortalSession,
)
from wagtail_clientportal.outbox.channels.registry import channels
from wagtail_clientportal.practice.models import ClientLogEntry

AFTER = NOW + timedelta(days=7)
PERSONAL = ["Margaret", "Hale", "margaret@example.org", "900123", "1956-12-09", "SW1A", "EXT-77", "ring my daughter"]


@pytest.fixture
def sam(clinic):
    return get_user_model().objects.create_user("sam")


@pytest.fixture
def lived_with(clinic, sam):
    """A client with something everywhere."""
    Client.objects.update(external_ref="EXT-77", portal_access_reason="Hale asked.")
    Appointment.objects.update(external_ref="EXT-77")
    clinic.token = mint_appointment_link(clinic.appointment, NOW)
    mint_sign_in_link("margaret@example.org", clinic.site, NOW)
    PortalSession.objects.create(
        client=clinic.client,
        site=clinic.site,
        contact_version=1,
        identity_version=1,
        created_at=NOW,
        last_seen_at=NOW,
        link=MagicLink.objects.first(),
    )
    cancel(clinic.appointment, message="Please ring my daughter", by=clinic.client, now=NOW)
    request_link("07700 900123", clinic.site, now=NOW)
    send_link(clinic.client, by=sam, channel="email", now=NOW)
    for pk in OutboundMessage.objects.values_list("pk", flat=True):
        deliver(pk, now=NOW)
    request_link("margaret@example.org", clinic.site, now=NOW)
    refused = OutboundMessage.objects.create(
        client=clinic.client,
        appointment=clinic.appointment,
        about="changed",
        channel="email",
        recipient="margaret@example.org",
        status="failed",
        last_error="550 margaret@example.org is unknown",
        dedupe_key="event:1:template:1",
    )
    OutboundMessage.objects.create(
        about="staff",
        channel="email",
        recipient="desk@harbour.example",
        status="sent",
        body=f"It could not be sent: {refused.last_error}",
        dedupe_key=f"failed:{refused.dedupe_key}:{NOW.isoformat()}:staff:1",
    )
    for channel in channels():
        assert budgets.one_more_sign_in(channel, "+447700900123", clinic.site.pk, NOW)
    log(clinic.client, "wagtail.edit", title="Margaret Hale", data={"fields": ["postcode"], "old": "SW1A 1AA"})
    return clinic


def everything_stored():
    """Every text in every table of the app and in Wagtail's log."""
    found = []
    for model in [*apps.get_app_config("wagtail_clientportal").get_models(), ModelLogEntry]:
        names = [field.attname for field in model._meta.concrete_fields if not isinstance(field, models.BinaryField)]
        found += [f"{model.__name__}: {row}" for row in model._default_manager.values(*names)]
    return found


def test_afterwards_nothing_anywhere_says_who_it_was(lived_with, sam):
    before = "\n".join(everything_stored())
    assert [one for one in PERSONAL if one not in before and one != "1956-12-09"] == []
    client = anonymise_client(lived_with.client, by=sam, now=AFTER)
    assert [row for row in everything_stored() if any(one in row for one in [*PERSONAL, "1956, 12, 9"])] == []
    assert client.full_name == "Anonymised client"
    assert (client.is_active, client.portal_access, client.anonymised_at) == (False, False, AFTER)
    assert (client.date_of_birth, client.email_key, client.mobile_key, client.postcode_key) == (None, "", "", "")


def test_the_diary_keeps_its_counts_times_and_statuses(lived_with, sam):
    def kept():
        return (
            list(
                Appointment.objects.values_list("start", "end", "clinician", "location", "appointment_type", "status")
            ),
            list(AppointmentEvent.objects.values_list("kind", "at", "by_kind", "old_start", "new_start")),
            ClientMessage.objects.count(),
            list(OutboundMessage.objects.filter(status="sent").order_by("pk").values_list("about", "sent_at")),
        )

    before = kept()
    anonymise_client(lived_with.client, by=sam, now=AFTER)
    assert kept() == before
    assert ClientMessage.objects.get().body == "What the client wrote was deleted."


def test_what_waits_is_not_sent_and_no_link_opens_anything(lived_with, sam):
    waiting = list(OutboundMessage.objects.filter(status="waiting", client=lived_with.client))
    asked_for = OutboundMessage.objects.get(status="waiting", client=None, about="sign_in")
    mail.outbox.clear()
    anonymise_client(lived_with.client, by=sam, now=AFTER)
    for row in [*waiting, asked_for]:
        assert deliver(row.pk, now=AFTER) is None
        row.refresh_from_db()
        assert (row.status, row.last_error) == ("dropped", "The client was anonymised.")
    assert mail.outbox == []
    assert find_link(lived_with.token, NOW) is None
    assert PortalSession.objects.get().ended_at == AFTER


def test_it_is_logged_without_a_name_and_what_the_log_may_keep_stays(lived_with, sam):
    anonymise_client(lived_with.client, by=sam, now=AFTER)
    entries = ClientLogEntry.objects.about(lived_with.client)
    assert set(entries.values_list("label", flat=True)) == {f"Client #{lived_with.client.pk}"}
    assert entries.get(action="wagtail.edit").data == {"fields": ["postcode"]}
    assert entries.get(action="clientportal.anonymise").user == sam


def test_whoever_shares_the_contact_keeps_theirs(lived_with, sam):
    twin = make_client(first_name="Tom", mobile="", postcode="N1 9GU")
    token = mint_sign_in_link("margaret@example.org", lived_with.site, AFTER)
    request_link("margaret@example.org", lived_with.site, now=AFTER)
    row = OutboundMessage.objects.latest("pk")
    anonymise_client(lived_with.client, by=sam, now=AFTER)
    twin.refresh_from_db()
    row.refresh_from_db()
    assert twin.email == "margaret@example.org"
    assert row.recipient == "margaret@example.org"
    assert deliver(row.pk, now=AFTER) == "sent"
    assert MagicLink.objects.filter(contact="margaret@example.org").exists()
    assert find_link(token, AFTER) is None  # a link is the contact's: the twin asks for another


def test_somebody_who_is_expected_is_refused(clinic, sam):
    with pytest.raises(refusals.StillExpected) as refused:
        anonymise_client(clinic.client, by=sam, now=NOW)
    assert refused.value.appointments == 1
    assert Client.objects.get().full_name == "Margaret Hale"
    assert Client.objects.get().contact_version == 1
    Appointment.objects.update(status=cancelled_status(), holds_place=False)
    anonymise_client(clinic.client, by=sam, now=NOW)


def test_twice_is_refused(clinic, sam):
    anonymise_client(clinic.client, by=sam, now=AFTER)
    with pytest.raises(refusals.AlreadyAnonymised):
        anonymise_client(clinic.client, by=sam, now=AFTER)
    assert ModelLogEntry.objects.count() == 1
