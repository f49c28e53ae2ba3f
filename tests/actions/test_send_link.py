from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from wagtail.models import Locale, ModelLogEntry, Page, Site

from tests.factories import NOW, make_client, make_location, open_portal
from wagtail_clientportal.access.links import find_link
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.deliver import deliver
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.actions.send_link import send_link
from wagtail_clientportal.conf import settings
from wagtail_clientportal.models import Client, CommunicationTemplate, OutboundMessage, PortalSettings
from wagtail_clientportal.outbox.backends.sms import locmem


@pytest.fixture
def sam(clinic):
    return get_user_model().objects.create_user("sam")


def test_staff_send_a_link_that_works(clinic, sam):
    row = send_link(clinic.client, by=sam, channel="email", now=NOW)
    assert (row.client, row.about, row.status, row.recipient) == (
        clinic.client,
        "sign_in",
        "waiting",
        "margaret@example.org",
    )
    assert deliver(row.pk, now=NOW) == "sent"
    assert mail.outbox[0].to == ["margaret@example.org"]
    token = mail.outbox[0].body.split("/p/")[1].split("/")[0]
    assert find_link(token, NOW) is not None
    entry = ModelLogEntry.objects.get()
    assert (entry.action, entry.user, entry.label, entry.data) == (
        "clientportal.send_link",
        sam,
        f"Client #{clinic.client.pk}",
        {"channel": "email"},
    )


def test_a_text_goes_to_the_stored_mobile(clinic, sam):
    locmem.outbox.clear()
    row = send_link(clinic.client, by=sam, channel="sms", now=NOW)
    assert deliver(row.pk, now=NOW) == "sent"
    assert locmem.outbox[0][0] == "+447700900123"


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_no_limit_of_requests_stops_staff(clinic, sam, channel):
    contact = {"email": "margaret@example.org", "sms": "07700 900123"}[channel]
    for _request in range(8):
        request_link(contact, clinic.site, now=NOW)
    for row in OutboundMessage.objects.all():
        deliver(row.pk, now=NOW)
    assert OutboundMessage.objects.filter(status="dropped").exists()
    for _link in range(settings.SMS_SIGN_INS_PER_NUMBER + 2):
        assert deliver(send_link(clinic.client, by=sam, channel=channel, now=NOW).pk, now=NOW) == "sent"


def test_what_staff_send_takes_nothing_from_what_a_client_may_ask_for(clinic, sam):
    for _link in range(5):
        deliver(send_link(clinic.client, by=sam, channel="email", now=NOW).pk, now=NOW)
    request_link("margaret@example.org", clinic.site, now=NOW)
    assert deliver(OutboundMessage.objects.latest("pk").pk, now=NOW) == "sent"


def test_of_a_family_the_one_it_is_for_is_written_to(clinic, sam):
    twin = make_client(first_name="Tom", email="Margaret@Example.org")
    row = send_link(twin, by=sam, channel="email", now=NOW)
    assert deliver(row.pk, now=NOW) == "sent"
    assert mail.outbox[0].to == ["Margaret@Example.org"]


def test_a_link_on_its_way_to_an_address_that_is_no_longer_theirs_is_dropped(clinic, sam):
    make_client(first_name="Tom")  # who still has it
    row = send_link(clinic.client, by=sam, channel="email", now=NOW)
    clinic.client.email = "new@example.org"
    clinic.client.save()
    assert deliver(row.pk, now=NOW) == "dropped"
    assert mail.outbox == []


def test_it_opens_the_portal_of_the_site_that_they_go_to(clinic, sam):
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other-root"))
    other = Site.objects.create(hostname="other.example", root_page=root)
    open_portal(site=other)
    clinic.book(location=make_location(name="Elsewhere", site=other), start=NOW + timedelta(days=1))
    assert send_link(clinic.client, by=sam, channel="email", now=NOW).site == other
    assert send_link(clinic.client, by=sam, channel="email", now=NOW + timedelta(days=1, hours=1)).site == clinic.site


@pytest.mark.parametrize(
    "values, channel, refusal",
    [
        ({"is_active": False}, "email", refusals.ClientInactive),
        ({"portal_access": False}, "email", refusals.PortalAccessOff),
        ({"email": ""}, "email", refusals.NoContact),
        ({"mobile": ""}, "sms", refusals.NoContact),
        ({"postcode": ""}, "email", refusals.DetailsMissing),
        ({"date_of_birth": None}, "email", refusals.DetailsMissing),
    ],
)
def test_a_link_that_would_lead_nowhere_is_refused(clinic, sam, values, channel, refusal):
    with pytest.raises(refusal):
        send_link(make_client(**values), by=sam, channel=channel, now=NOW)
    assert not OutboundMessage.objects.exists()
    assert not ModelLogEntry.objects.exists()


def test_no_link_is_sent_to_a_portal_that_is_off(clinic, sam):
    PortalSettings.objects.update(enabled=False)
    with pytest.raises(refusals.PortalOff):
        send_link(clinic.client, by=sam, channel="email", now=NOW)


FRENCH = "Votre lien de connexion"


@pytest.fixture
def in_french(clinic):
    """The sign-in messages have a French wording."""
    french, _made = Locale.objects.get_or_create(language_code="fr")
    for template in CommunicationTemplate.objects.filter(event="sign_in"):
        copy = template.copy_for_translation(french)
        copy.subject, copy.live = FRENCH, True
        copy.body = (
            "{{ sign_in_url }} " + FRENCH if template.channel == "sms" else f"<p>{FRENCH}: {{{{ sign_in_link }}}}</p>"
        )
        copy.save()
    return clinic


def asked(clinic, contact="margaret@example.org"):
    request_link(contact, clinic.site, now=NOW)
    deliver(OutboundMessage.objects.get().pk, now=NOW)


def test_a_link_is_sent_in_the_language_that_its_client_chose(in_french):
    make_client(first_name="Other", email="other@example.org", language="en-gb")
    Client.objects.filter(pk=in_french.client.pk).update(language="fr")
    asked(in_french)
    assert mail.outbox[0].subject == FRENCH and "Voir vos rendez-vous" in mail.outbox[0].body


def test_so_is_a_text(in_french):
    locmem.outbox.clear()
    Client.objects.filter(pk=in_french.client.pk).update(language="fr")
    asked(in_french, "07700 900123")
    assert FRENCH in locmem.outbox[0][1]


@pytest.mark.parametrize(("other", "is_french"), [("fr", True), ("", False), ("en-gb", False)])
def test_those_who_share_a_contact_get_their_language_where_it_is_one(in_french, other, is_french):
    Client.objects.update(language="fr")
    make_client(first_name="Tom", language=other)
    asked(in_french)
    assert (mail.outbox[0].subject == FRENCH) is is_french


def test_of_those_who_share_a_contact_staff_send_it_to_one_in_their_language(in_french, sam):
    tom = make_client(first_name="Tom", language="fr")
    row = send_link(tom, by=sam, channel="email", now=NOW)
    deliver(row.pk, now=NOW)
    assert mail.outbox[0].subject == FRENCH


def test_a_language_that_the_site_has_given_up_is_the_site_s(in_french, settings):
    settings.WAGTAIL_CONTENT_LANGUAGES = [("en-gb", "English")]
    Client.objects.update(language="fr")
    asked(in_french)
    assert mail.outbox[0].subject == "Your link to sign in to Harbour Clinic"
