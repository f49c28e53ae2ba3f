"""A site adds a channel by one class, one setting and an opt-in of its own: all of tests/whatsapp, and nothing else."""

from datetime import timedelta
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from django.core.checks import run_checks
from django.core.management import call_command
from django.urls import reverse

from tests.factories import NOW, make_client
from tests.whatsapp.models import WhatsAppConsent
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.conf import DEFAULTS
from wagtail_clientportal.models import AppointmentEvent, CommunicationTemplate, Notification, OutboundMessage

FREE = NOW.replace(hour=14) + timedelta(days=10)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def its_setting(settings):
    channels = [*DEFAULTS["CHANNELS"], "tests.whatsapp.channels.WhatsAppChannel"]
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"CHANNELS": channels}


@pytest.fixture(autouse=True)
def service():
    """The service that the channel posts to: its ``calls`` hold what arrived, its ``answer.ok`` is settable."""
    with mock.patch("requests.post") as post:
        post.answer = post.return_value
        post.answer.ok, post.answer.status_code = True, 200
        post.arrived = lambda: [call.kwargs["json"] for call in post.call_args_list]
        yield post


@pytest.fixture
def wanted(clinic):
    """A clinic that tells by WhatsApp alone, and whose client wants that."""
    CommunicationTemplate.objects.all().delete()
    clinic.consent = WhatsAppConsent.objects.create(client=clinic.client)
    for event in ("booked", "changed", "cancelled"):
        write_template(event)
    return clinic


def write_template(event, channel="whatsapp", **values):
    body = "{{ appointment_date }}: {{ next_appt_url }}"
    return CommunicationTemplate.objects.create(
        **{"name": f"{event} by {channel}", "event": event, "channel": channel, "subject": "", "body": body} | values
    )


def book_it(clinic, **values):
    place = (clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, FREE)
    return book(*place, by=None, now=NOW, **values)


def url(view, *args):
    return reverse(CommunicationTemplate.snippet_viewset.get_url_name(view), args=args)


# What editors write


def test_an_editor_writes_a_message_for_it_with_a_preview_and_a_test(admin_client, service, clinic):
    page = BeautifulSoup(admin_client.get(url("list")).content, "html.parser")
    [add] = [link["href"] for link in page.select("a[href]") if link.get_text(strip=True) == "Add WhatsApp"]
    form = BeautifulSoup(admin_client.get(add).content, "html.parser")
    assert form.select_one("textarea[name=body]") and not form.select_one("[name=subject]")
    data = {"name": "Booked", "event": "booked", "appointment_type": "", "location": "", "send_before_number": ""}
    data |= {"send_before_unit": "hours", "body": "Hello {{ client_first_name }}: {{ next_appt_url }}"}
    preview = add.replace(url("add"), url("preview_on_add"))
    assert admin_client.post(preview, data).json() == {"is_valid": True, "is_available": True}
    assert "Hello" in BeautifulSoup(admin_client.get(preview).content, "html.parser").select_one(".bubble").get_text()

    admin_client.post(add, data | {"action-publish": "action-publish"})
    template = CommunicationTemplate.objects.get(channel="whatsapp")
    assert template.live and "{{ next_appt_url }}" in template.body
    assert list(admin_client.get(url("list"), {"channel": "whatsapp"}).context["object_list"]) == [template]
    assert "WhatsApp" in admin_client.get(url("edit", template.pk)).content.decode()

    admin_client.post(url("send_test", template.pk), {"address": "+447700900456"})
    [arrived] = service.arrived()
    assert arrived["to"] == "+447700900456" and "/p/ExampleLink" in arrived["text"]


def test_what_can_not_be_said_in_plain_text_is_refused(clinic):
    with pytest.raises(Exception, match="next_appt_link"):
        write_template("booked", body="See {{ next_appt_link }}").full_clean()


# What clients are sent


def test_a_confirmation_goes_out_by_it_and_its_copy_holds_no_link(wanted, service):
    book_it(wanted)
    deliver_due(now=NOW)
    [arrived] = service.arrived()
    assert arrived["to"] == "+447700900123" and "/p/" in arrived["text"] and arrived["id"]
    row = OutboundMessage.objects.get(client=wanted.client)
    assert (row.channel, row.status, row.recipient) == ("whatsapp", "sent", "+447700900123")
    assert row.body.startswith("Thursday 3 December 2026: [link]") and row.subject == ""


def test_it_goes_to_nobody_who_did_not_opt_in_and_staff_are_told_to_ring(wanted, service, admin_user):
    wanted.consent.delete()
    change(wanted.appointment, FREE, by=admin_user, now=NOW)
    deliver_due(now=NOW + HOUR)
    assert not service.called
    row = OutboundMessage.objects.get(client=wanted.client)
    assert (row.status, row.last_error) == ("dropped", "The client doesn’t want WhatsApp messages.")
    assert Notification.objects.filter(kind="client_not_told").exists()


def test_an_opt_in_that_is_taken_back_before_delivery_counts(wanted, service):
    book_it(wanted)
    wanted.consent.delete()
    deliver_due(now=NOW)
    assert not service.called


@pytest.mark.parametrize("wants_reminders", [True, False])
def test_reminders_have_an_opt_in_of_their_own(wanted, service, wants_reminders):
    WhatsAppConsent.objects.update(reminders=wants_reminders)
    write_template("reminder", send_before=timedelta(days=1))
    book_it(wanted)
    deliver_due(now=NOW)
    service.reset_mock()
    deliver_due(now=FREE - 20 * HOUR)
    assert len(service.arrived()) == wants_reminders


def test_who_can_be_reminded_by_it_has_no_row_that_says_why_not_by_email_and_the_other_way_round(wanted):
    write_template("reminder", send_before=timedelta(days=1))
    write_template("reminder", "email", send_before=timedelta(days=1), subject="See you", body="<p>Soon</p>")
    by_email = make_client(first_name="Ben", mobile="")
    nobody = make_client(first_name="Cy", email="", mobile="")
    type(wanted.client).objects.filter(pk=wanted.client.pk).update(email_reminders=False)
    for number, client in enumerate((wanted.client, by_email, nobody)):
        place = (client, wanted.clinician, wanted.location, wanted.appointment_type, FREE + number * HOUR)
        book(*place, by=None, now=NOW)
    deliver_due(now=FREE - 20 * HOUR)
    rows = OutboundMessage.objects.filter(about="reminder").order_by("client__pk", "channel")
    assert list(rows.values_list("client__first_name", "channel", "status")) == [
        ("Margaret", "whatsapp", "sent"),
        ("Ben", "email", "sent"),
        ("Cy", "email", "dropped"),
        ("Cy", "whatsapp", "dropped"),
    ]


# What staff see


def test_staff_are_told_beforehand_that_it_reaches_the_client(wanted, admin_client):
    page = admin_client.get(reverse("clientportal_appointment:cancel", args=[wanted.appointment.pk])).content.decode()
    assert "Margaret Hale is told by WhatsApp." in " ".join(page.split())


def test_staff_find_what_was_sent_in_the_register_its_filter_and_on_the_clients_record(wanted, admin_client):
    book_it(wanted)
    deliver_due(now=NOW)
    register = reverse("wagtail_clientportal_outboundmessage_modeladmin_index")
    page = admin_client.get(register, {"channel": "whatsapp"}).content.decode()
    assert "+447700900123" in page and "WhatsApp" in page
    assert "+447700900123" not in admin_client.get(register, {"channel": "sms"}).content.decode()
    row = OutboundMessage.objects.get(client=wanted.client)
    inspect = reverse("wagtail_clientportal_outboundmessage_modeladmin_inspect", args=[row.pk])
    assert "+447700900123 (WhatsApp)" in admin_client.get(inspect).content.decode()
    record = admin_client.get(reverse("clientportal_client:inspect", args=[wanted.client.pk])).content.decode()
    assert "WhatsApp" in record.split('<section id="tab-communications"')[1].split('<section id="tab-')[0]


def test_staff_send_a_sign_in_link_by_it_and_the_log_says_so(wanted, admin_client, service):
    record = reverse("clientportal_client:inspect", args=[wanted.client.pk])
    assert "WhatsApp to +447700900123" in admin_client.get(record).content.decode()
    send_link = reverse("clientportal_client:send_link", args=[wanted.client.pk])
    page = admin_client.post(send_link, {"channel": "whatsapp"}, follow=True).content.decode()
    assert "A sign-in link to +447700900123 is on its way." in page
    assert ": WhatsApp" in admin_client.get(reverse("clientportal_client:log")).content.decode()
    deliver_due(now=NOW)
    assert "/p/" in service.arrived()[0]["text"]


def test_when_it_fails_staff_are_told_and_told_again_when_it_works(wanted, admin_client, service, capsys, clock):
    service.answer.ok, service.answer.status_code = False, 503
    for number in range(5):
        place = (wanted.client, wanted.clinician, wanted.location, wanted.appointment_type, FREE + number * HOUR)
        book(*place, by=None, now=NOW)
    deliver_due()
    assert Notification.objects.values_list("kind", "trouble").get() == ("trouble", "whatsapp")
    email = OutboundMessage.objects.get(about="staff", subject="WhatsApp messages are not getting out")
    assert "The last 5 WhatsApp messages could not be sent. The newest answer: WhatsApp answered 503." in email.body
    with pytest.raises(SystemExit):
        call_command("clientportal_health")
    assert "The last 5 WhatsApp messages could not be sent" in capsys.readouterr().out
    assert "WhatsApp messages could not be sent" in admin_client.get(reverse("wagtailadmin_home")).content.decode()

    service.answer.ok = True
    for minutes in (5, 10, 20):
        clock.move_to(NOW + timedelta(minutes=minutes), tick=False)
        deliver_due()
    assert OutboundMessage.objects.filter(subject="WhatsApp messages are getting out again").exists()


# What else a site needs


def test_its_own_check_is_asked(settings):
    def found():
        return [one.id for one in run_checks() if one.id == "clinic.E001"]

    assert found() == []
    settings.WHATSAPP_URL = ""
    assert found() == ["clinic.E001"]


def test_it_forgets_whoever_is_anonymised(wanted, admin_user):
    cancel(wanted.appointment, by=None, now=NOW)
    anonymise_client(wanted.client, by=admin_user, now=NOW)
    assert not WhatsAppConsent.objects.exists()


def test_a_channel_that_the_site_gives_up_leaves_rows_that_can_be_read_and_nobody_untold(
    wanted, admin_client, admin_user, service, settings
):
    change(wanted.appointment, FREE, by=admin_user, now=NOW)
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"CHANNELS": DEFAULTS["CHANNELS"]}
    deliver_due(now=NOW + HOUR)
    assert not service.called
    row = OutboundMessage.objects.get(client=wanted.client)
    assert (row.status, row.last_error) == ("dropped", "This site sends nothing by “whatsapp” any more.")
    assert Notification.objects.get(kind="client_not_told").event == AppointmentEvent.objects.get()
    for template in CommunicationTemplate.objects.all():
        assert admin_client.get(url("edit", template.pk)).status_code == 200
    register = reverse("wagtail_clientportal_outboundmessage_modeladmin_index")
    assert "whatsapp" in admin_client.get(register).content.decode()


def test_a_site_without_a_channel_for_mobiles_takes_them_like_any_other_contact_and_sends_nothing(clinic, settings):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"CHANNELS": DEFAULTS["CHANNELS"][:1]}
    request_link(clinic.client.mobile, clinic.site, now=NOW)
    deliver_due(now=NOW)
    row = OutboundMessage.objects.get(about="sign_in")
    assert (row.status, row.last_error) == ("dropped", "This site sends no messages to such a contact.")
