from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model

from tests.factories import NOW, make_client
from wagtail_clientportal.access.links import find_link, mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.access.models import PortalSession
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver
from wagtail_clientportal.actions.merge_clients import merge_clients
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    Client,
    ClientMessage,
    MagicLink,
    Notification,
    OutboundMessage,
)
from wagtail_clientportal.practice.models import ClientLogEntry


@pytest.fixture
def sam(db):
    return get_user_model().objects.create_user("sam")


@pytest.fixture
def twice(clinic, sam):
    """The clinic's client has a second record, ``clinic.other``, with something everywhere."""
    clinic.other = make_client(mobile="", postcode="", external_ref="EXT-77")
    what = (clinic.other, clinic.clinician, clinic.location, clinic.appointment_type)
    clinic.later = book(*what, NOW + timedelta(days=3, hours=2), by=None)
    change(clinic.later, NOW + timedelta(days=4, hours=2), by=clinic.other, message="The bus is late")
    clinic.tokens = [mint_appointment_link(one, NOW) for one in (clinic.appointment, clinic.later)]
    clinic.tokens.append(mint_sign_in_link("margaret@example.org", clinic.site, NOW))
    for client in (clinic.client, clinic.other):
        PortalSession.objects.create(
            client=client, site=clinic.site, contact_version=1, identity_version=1, created_at=NOW, last_seen_at=NOW
        )
    Notification.objects.create(recipient=sam, kind="ambiguous", client=clinic.other)
    return clinic


def test_afterwards_nothing_points_at_the_other_record(twice, sam):
    merge_clients(twice.client, twice.other, by=sam)
    pointing = [one for one in Client._meta.get_fields(include_hidden=True) if one.one_to_many and one.auto_created]
    assert len(pointing) >= 6
    for relation in pointing:
        assert not relation.related_model._base_manager.filter(**{relation.field.name: twice.other}).exists()
    assert Appointment.objects.filter(client=twice.client).count() == 2
    assert AppointmentEvent.objects.filter(appointment__client=twice.client).count() == 2
    assert ClientMessage.objects.get().client == twice.client
    assert {row.client for row in OutboundMessage.objects.exclude(client=None)} == {twice.client}
    assert Notification.objects.get(kind="ambiguous").client == twice.client


def test_links_and_sessions_of_both_end(twice, sam):
    assert all(find_link(token, NOW) for token in twice.tokens)
    merge_clients(twice.client, twice.other, by=sam)
    assert not any(find_link(token, NOW) and find_link(token, NOW).is_alive(NOW) for token in twice.tokens)
    assert not MagicLink.objects.filter(revoked_at=None).exists()
    assert not PortalSession.objects.filter(ended_at=None).exists()


def test_what_the_record_that_stays_leaves_blank_is_filled_in_and_the_rest_stands(twice, sam):
    Client.objects.filter(pk=twice.other.pk).update(first_name="Maggie", postcode="N1 9GU", mobile="07700 900321")
    Client.objects.filter(pk=twice.client.pk).update(mobile="", mobile_key="")
    kept = merge_clients(twice.client, twice.other, by=sam)
    assert (kept.first_name, kept.postcode, kept.mobile_key) == ("Margaret", "SW1A 1AA", "+447700900321")
    assert kept.external_ref == "EXT-77"


def test_a_no_in_either_record_is_heard_and_an_active_one_is_active(twice, sam):
    Client.objects.filter(pk=twice.other.pk).update(
        sms_opt_in=False, portal_access=False, portal_access_reason="Safeguarding"
    )
    Client.objects.filter(pk=twice.client.pk).update(email_opt_in=False, is_active=False)
    kept = merge_clients(twice.client, twice.other, by=sam)
    assert (kept.email_opt_in, kept.sms_opt_in, kept.portal_access, kept.is_active) == (False, False, False, True)
    assert kept.portal_access_reason == "Safeguarding"


def test_the_emptied_record_says_nothing_of_anybody_and_where_the_person_is(twice, sam):
    merge_clients(twice.client, twice.other, by=sam)
    emptied = Client.objects.get(pk=twice.other.pk)
    assert emptied.merged_into == twice.client and emptied.full_name == "Merged record"
    assert (emptied.email, emptied.mobile, emptied.postcode, emptied.date_of_birth) == ("", "", "", None)
    assert not emptied.is_active and not emptied.portal_access and emptied.anonymised_at == NOW


def test_a_record_that_was_merged_before_leads_to_the_last_one(twice, sam):
    last = make_client()
    merge_clients(twice.client, twice.other, by=sam)
    merge_clients(last, twice.client, by=sam)
    twice.other.refresh_from_db()
    assert twice.other.merged_into == last


def test_both_records_log_it_by_their_numbers(twice, sam):
    merge_clients(twice.client, twice.other, by=sam)
    merged, away = ClientLogEntry.objects.filter(action__startswith="clientportal.merge").order_by("pk")
    assert (merged.action, merged.object_id, merged.data["client"]) == (
        "clientportal.merge",
        str(twice.client.pk),
        twice.other.pk,
    )
    assert (away.object_id, away.data["client"], away.user) == (str(twice.other.pk), twice.client.pk, sam)
    assert "Margaret" not in f"{merged.label}{merged.data}{away.label}{away.data}"


def test_messages_that_wait_go_to_the_person_as_the_record_has_them_now(twice, sam, mailoutbox):
    Client.objects.filter(pk=twice.other.pk).update(email="old@example.org", email_key="old@example.org")
    merge_clients(twice.client, twice.other, by=sam)
    for row in OutboundMessage.objects.filter(about="changed", channel="email", client__isnull=False):
        assert deliver(row.pk, now=NOW + timedelta(hours=1)) == "sent"
    assert [mail.to for mail in mailoutbox] == [["margaret@example.org"]]


@pytest.mark.parametrize("which", ["client", "other"])
def test_a_record_of_nobody_is_merged_with_none(twice, sam, which):
    Client.objects.filter(pk=getattr(twice, which).pk).update(anonymised_at=NOW)
    with pytest.raises(refusals.AlreadyAnonymised):
        merge_clients(twice.client, twice.other, by=sam)
    assert Appointment.objects.filter(client=twice.other).exists()
    assert MagicLink.objects.filter(revoked_at=None).count() == 3


def test_a_record_is_not_merged_with_itself_or_with_one_that_is_gone(clinic, sam):
    with pytest.raises(refusals.NotAllowed):
        merge_clients(clinic.client, clinic.client, by=sam)
    with pytest.raises(refusals.NotAllowed):
        merge_clients(clinic.client, Client(pk=999), by=sam)


def test_nobody_is_booked_in_under_the_emptied_record(twice, sam):
    merge_clients(twice.client, twice.other, by=sam)
    with pytest.raises(refusals.NotAllowed):
        book(
            twice.other,
            twice.clinician,
            twice.location,
            twice.appointment_type,
            NOW + timedelta(days=2, hours=5),
            by=sam,
        )


def test_the_other_records_session_changes_nothing_any_more(twice, sam):
    asked = twice.other
    merge_clients(twice.client, twice.other, by=sam)
    with pytest.raises(refusals.NotAllowed):
        change(twice.later, NOW + timedelta(days=3, hours=5), by=asked)


def test_a_diary_that_an_appointment_came_to_meanwhile_is_held_too(twice, sam, monkeypatch):
    """What was read before the locks may be out of date by the time they are held."""
    from wagtail_clientportal.actions import merge_clients as module

    held, really = [], module.locked_diaries
    elsewhere = [{0}]

    def locked(*diaries):
        held.append(set(diaries))
        return really(*diaries)

    reading = module._diaries_of
    monkeypatch.setattr(module, "locked_diaries", locked)
    monkeypatch.setattr(module, "_diaries_of", lambda pks: elsewhere.pop() if elsewhere else reading(pks))
    merge_clients(twice.client, twice.other, by=sam)
    assert held == [{0}, {twice.clinician.pk}]


def test_two_dates_of_birth_are_one_afterwards(twice, sam):
    Client.objects.filter(pk=twice.client.pk).update(date_of_birth=None)
    Client.objects.filter(pk=twice.other.pk).update(date_of_birth=date(1956, 12, 9))
    assert merge_clients(twice.client, twice.other, by=sam).date_of_birth == date(1956, 12, 9)
