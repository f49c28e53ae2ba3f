"""Staff send the link to an appointment again, or end the links that were sent."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from tests.factories import NOW
from tests.staff.filling_in import page_of, send, text
from wagtail_clientportal.access.links import mint_appointment_link
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.models import CommunicationTemplate, MagicLink, OutboundMessage, PortalSession


@pytest.fixture
def appointment(clinic):
    """An appointment whose confirmation has gone out."""
    booked = book(
        clinic.client,
        clinic.clinician,
        clinic.location,
        clinic.appointment_type,
        clinic.appointment.start + timedelta(days=1),
        by=None,
    )
    call_command("clientportal_send")
    return booked


def opens(client, token) -> bool:
    """Whether the link leads on to the identity check."""
    response = client.get(f"/p/{token}/")
    return response.status_code == 302 and response.url.endswith("/verify/")


def test_the_link_goes_out_again_as_often_as_staff_send_it(boss, appointment, mailoutbox, time_machine):
    for number in (1, 2):
        time_machine.shift(timedelta(minutes=1))
        page = send(boss, "send_again", appointment, {})
        assert "The link to the appointment of Margaret Hale" in text(page)
        assert "A message to margaret@example.org and +447700900123 is on its way." in text(page)
        call_command("clientportal_send")
        assert len([mail for mail in mailoutbox if "/p/" in mail.body]) == number + 1


def test_an_earlier_link_goes_on_working(boss, client, appointment):
    token = mint_appointment_link(appointment, NOW)
    send(boss, "send_again", appointment, {})
    assert opens(client, token)


def test_nothing_is_sent_where_no_message_is_published_and_staff_are_told_so(boss, appointment):
    CommunicationTemplate.objects.update(live=False)
    before = OutboundMessage.objects.count()
    page = send(boss, "send_again", appointment, {})
    assert "No message for it is published." in text(page)
    assert OutboundMessage.objects.count() == before


def test_a_client_who_wants_no_messages_gets_none_and_staff_are_told_why(boss, appointment):
    type(appointment.client).objects.update(email_opt_in=False, sms_opt_in=False)
    assert "The client isn't told" in text(send(boss, "send_again", appointment, {}))


def test_no_link_is_sent_to_what_was_cancelled(boss, appointment):
    cancel(appointment, by=None)
    assert "Send the link again" not in text(boss.get(page_of(appointment)))
    page = send(boss, "send_again", appointment, {})
    assert page.status_code == 409 and "still to come and holds its place" in text(page)
    assert not OutboundMessage.objects.filter(dedupe_key__contains=":again:").exists()


def test_revoked_links_open_nothing_and_their_sessions_end(boss, client, clinic, appointment):
    token = mint_appointment_link(appointment, NOW)
    other = mint_appointment_link(clinic.appointment, NOW)
    session = PortalSession.objects.create(
        client=appointment.client,
        site=clinic.site,
        appointment=appointment,
        contact_version=1,
        identity_version=1,
        created_at=NOW,
        last_seen_at=NOW,
    )
    assert opens(client, token)
    alive = MagicLink.objects.filter(appointment=appointment, revoked_at=None).count()
    page = send(boss, "revoke_links", appointment, {})
    assert f"{alive} links were revoked." in text(page)
    assert not opens(client, token)
    session.refresh_from_db()
    assert session.ended_at == NOW
    assert opens(client, other)
    assert "Revoke links" not in text(boss.get(page_of(appointment)))
