from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import ModelLogEntry

from tests.factories import NOW, make_client
from wagtail_clientportal.access.links import find_link, mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.actions.revoke_links import revoke_links
from wagtail_clientportal.actions.set_portal_access import set_portal_access
from wagtail_clientportal.models import Client, MagicLink, PortalSession


@pytest.fixture
def sam(clinic):
    return get_user_model().objects.create_user("sam")


def session_of(client, site, **values):
    values = {"created_at": NOW, "last_seen_at": NOW} | values
    return PortalSession.objects.create(
        client=client,
        site=site,
        contact_version=client.contact_version,
        identity_version=client.identity_version,
        **values,
    )


def test_everything_that_opens_their_appointments_ends(clinic, sam):
    tokens = [
        mint_appointment_link(clinic.appointment, NOW),
        mint_sign_in_link("margaret@example.org", clinic.site, NOW),
        mint_sign_in_link("+447700900123", clinic.site, NOW),
    ]
    session = session_of(clinic.client, clinic.site)
    session_of(clinic.client, clinic.site, last_seen_at=NOW - timedelta(days=1))
    revoked = revoke_links(clinic.client, by=sam, now=NOW)
    assert (revoked.links, revoked.sessions) == (3, 1)
    assert [find_link(token, NOW) for token in tokens] == [None] * 3
    session.refresh_from_db()
    assert not session.is_alive(NOW)
    entry = ModelLogEntry.objects.get()
    assert (entry.action, entry.user, entry.data) == ("clientportal.revoke_links", sam, {"links": 3, "sessions": 1})


def test_a_session_that_was_just_beginning_ends_as_well(clinic, sam):
    before = Client.objects.get()
    revoke_links(clinic.client, by=sam, now=NOW)
    late = PortalSession.objects.get(pk=session_of(before, clinic.site).pk)
    assert not late.is_alive(NOW)


def test_somebody_elses_links_and_sessions_stand(clinic, sam):
    other = make_client(first_name="Tom", email="tom@example.net", mobile="")
    token = mint_appointment_link(clinic.book(client=other, start=NOW + timedelta(days=3)), NOW)
    sign_in = mint_sign_in_link("tom@example.net", clinic.site, NOW)
    session = session_of(other, clinic.site)
    revoke_links(clinic.client, by=sam, now=NOW)
    assert find_link(token, NOW)
    assert find_link(sign_in, NOW)
    assert PortalSession.objects.get(pk=session.pk).is_alive(NOW)


def test_a_fresh_link_works_at_once(clinic, sam):
    revoke_links(clinic.client, by=sam, now=NOW)
    clinic.appointment.refresh_from_db()
    assert find_link(mint_appointment_link(clinic.appointment, NOW), NOW)


def test_who_has_no_contact_at_all_ends_nobody_elses_links(clinic, sam):
    nobody = Client.objects.create(first_name="Ann", last_name="Lee")
    token = mint_sign_in_link("margaret@example.org", clinic.site, NOW)
    assert revoke_links(nobody, by=sam, now=NOW).links == 0
    assert find_link(token, NOW)


def test_when_an_earlier_end_was_written_down_it_stays(clinic, sam):
    mint_appointment_link(clinic.appointment, NOW)
    revoke_links(clinic.client, by=sam, now=NOW)
    revoke_links(clinic.client, by=sam, now=NOW + timedelta(hours=1))
    assert MagicLink.objects.get().revoked_at == NOW


def test_portal_access_is_taken_away_and_given_back_once_each(clinic, sam):
    token = mint_appointment_link(clinic.appointment, NOW)
    for _twice in range(2):
        set_portal_access(clinic.client, False, by=sam, reason="Asked by letter.")
    assert find_link(token, NOW) is None
    assert Client.objects.get().portal_access_reason == "Asked by letter."
    for _twice in range(2):
        set_portal_access(clinic.client, True, by=sam)
    assert Client.objects.get().portal_access_reason == ""
    actions = list(ModelLogEntry.objects.order_by("pk").values_list("action", "data"))
    assert actions == [("clientportal.portal_access_off", {}), ("clientportal.portal_access_on", {})]
