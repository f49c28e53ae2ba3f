"""Editors write what clients are sent: an email as rich text, a text message as plain text with its price."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse
from django.utils.html import escape
from wagtail.models import Locale, Site

from tests.factories import NOW, make_location, make_type
from wagtail_clientportal.models import CommunicationTemplate, MagicLink, OutboundMessage, PortalSettings
from wagtail_clientportal.outbox.backends.result import SendResult
from wagtail_clientportal.outbox.backends.sms import locmem

INERT = "/p/ExampleLinkOpensNothin/"


@pytest.fixture
def email(clinic):
    return CommunicationTemplate.objects.get(event="booked", channel="email")


@pytest.fixture
def text(clinic):
    return CommunicationTemplate.objects.get(event="booked", channel="sms")


@pytest.fixture
def texts_sent():
    locmem.outbox.clear()
    return locmem.outbox


def url(view, *args):
    return reverse(CommunicationTemplate.snippet_viewset.get_url_name(view), args=args)


def rich(text="Hello", name=None, link=None):
    """What the browser posts for a paragraph, all of it a chip where there is a *name*, or else a *link*."""
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    entities = {}
    if name:
        block["entityRanges"] = [{"key": 0, "offset": 0, "length": len(text)}]
        entities = {"0": {"type": "VARIABLE", "mutability": "IMMUTABLE", "data": {"name": name}}}
    if link:
        block["entityRanges"] = [{"key": 0, "offset": 0, "length": len(text)}]
        entities = {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": link}}}
    return json.dumps({"blocks": [block], "entityMap": entities})


def form(**values):
    blank = {"appointment_type": "", "location": "", "send_before_number": "", "send_before_unit": "hours"}
    return blank | {"name": "Booked", "event": "booked", "subject": "Your appointment", "body": rich()} | values


def sms_form(**values):
    return form(body="See {{ next_appt_url }}") | values


def preview(boss, template, data, mode):
    assert boss.post(url("preview_on_edit", template.pk), data).json() == {"is_valid": True, "is_available": True}
    response = boss.get(url("preview_on_edit", template.pk), {"mode": mode})
    assert response.status_code == 200
    return response.content.decode()


# The list


def test_the_list_says_what_is_sent_when_for_whom_and_how(boss, clinic):
    template = CommunicationTemplate.objects.get(event="reminder", channel="email")
    template.appointment_type, template.location = make_type(name="Massage"), make_location(name="The Mill")
    template.send_before = timedelta(days=7)
    template.save()
    page = boss.get(url("list")).content.decode()
    for said in ("Reminder", "Text message", "Massage, The Mill", "7 days", "Add email", "Add text message", "draft"):
        assert said in page


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ({"event": "reminder"}, {"reminder"}),
        ({"live": "false"}, {"status_changed"}),
        ({"channel": "sms", "event": "cancelled"}, {"cancelled"}),
        ({"q": "sign-in"}, {"sign_in"}),
    ],
)
def test_the_list_can_be_filtered_and_searched(boss, clinic, query, events):
    shown = boss.get(url("list"), query).context["object_list"]
    assert {template.event for template in shown} == events


def test_it_stands_in_the_menu_beside_the_policies(boss, clinic):
    page = boss.get(reverse("wagtailadmin_home")).content.decode()
    assert url("list") in page


@pytest.mark.parametrize("view", ["edit", "history", "usage", "delete", "unpublish", "send_test"])
def test_every_page_of_a_template_opens(boss, email, text, view):
    for template in (email, text):
        assert boss.get(url(view, template.pk)).status_code == 200


def test_a_template_can_be_deleted_and_what_it_sent_stays(boss, email, clinic):
    row = OutboundMessage.objects.create(template=email, about="booked", channel="email", dedupe_key="x")
    boss.post(url("delete", email.pk))
    row.refresh_from_db()
    assert row.template is None and row.about == "booked"


# The form


def test_an_email_is_added_with_rich_text(boss, clinic):
    page = boss.get(url("add"), {"channel": "email"})
    assert "data-draftail-input" in page.content.decode()
    posted = form(name="New", body=rich("Next appt. link", "next_appt_link"))
    assert boss.post(url("add") + "?channel=email", posted | {"action-publish": "1"}).status_code == 302
    template = CommunicationTemplate.objects.get(name="New")
    assert template.live and template.channel == "email"
    assert '<span data-variable="next_appt_link">Next appt. link</span>' in template.body


def test_a_text_message_is_added_with_plain_text_and_no_subject(boss, clinic):
    page = boss.get(url("add"), {"channel": "sms"})
    assert "data-draftail-input" not in page.content.decode()
    assert "subject" not in page.context["form"].fields
    assert "channel=sms" in page.context["action_url"]
    posted = sms_form(name="New", subject="ignored", channel="email")
    assert boss.post(url("add") + "?channel=sms", posted | {"action-publish": "1"}).status_code == 302
    template = CommunicationTemplate.objects.get(name="New")
    assert (template.channel, template.subject, template.body) == ("sms", "", "See {{ next_appt_url }}")


def test_the_channel_is_fixed_afterwards(boss, text):
    boss.post(url("edit", text.pk), sms_form(channel="email") | {"action-publish": "1"})
    text.refresh_from_db()
    assert text.channel == "sms" and text.body == "See {{ next_appt_url }}"


def test_half_a_draft_is_kept_without_being_asked_for(boss, email):
    """Wagtail saves by itself while somebody types."""
    headers = {"Accept": "application/json"}
    answer = boss.post(url("edit", email.pk), form(body=rich("Half a sent")), headers=headers)
    assert answer.json()["success"]
    email.refresh_from_db()
    assert "Half a sent" not in email.body
    assert "Half a sent" in email.get_latest_revision_as_object().body

    answer = boss.post(url("add") + "?channel=sms", sms_form(name="By itself"), headers=headers)
    assert answer.json()["success"]
    assert CommunicationTemplate.objects.get(name="By itself").channel == "sms"


def test_a_mistake_that_keeps_a_draft_from_being_saved_by_itself_is_said_with_its_field(boss, email, text):
    headers = {"Accept": "application/json"}
    answers = [
        boss.post(url("edit", email.pk), form(subject=""), headers=headers),
        boss.post(url("edit", text.pk), sms_form(body="see{{ next_appt_url }}now"), headers=headers),
        boss.post(url("add") + "?channel=sms", sms_form(body="see{{ next_appt_url }}now"), headers=headers),
    ]
    assert [answer.json()["error_code"] for answer in answers] == ["validation_error"] * 3
    assert answers[0].json()["error_message"] == "Subject: This message needs a subject."
    for answer in answers[1:]:
        assert answer.json()["error_message"].startswith(
            "Text: In “see{{ next_appt_url }}now” the link would be broken."
        )
    assert not text.revisions.exists()


def test_a_reminder_says_how_long_before(boss, text):
    late = sms_form(event="reminder")
    response = boss.post(url("edit", text.pk), late | {"action-publish": "1"})
    assert "Say how long before the appointment" in response.content.decode()
    boss.post(
        url("edit", text.pk), late | {"send_before_number": "7", "send_before_unit": "days", "action-publish": "1"}
    )
    text.refresh_from_db()
    assert text.send_before == timedelta(days=7)


def test_only_a_reminder_keeps_how_long_before(boss, text):
    boss.post(url("edit", text.pk), sms_form(send_before_number="3") | {"action-publish": "1"})
    text.refresh_from_db()
    assert text.send_before is None


@pytest.mark.parametrize(
    ("field", "written", "word", "nearest"),
    [
        ("subject", "On {{ apointment_date }}", "{{ apointment_date }}", "{{ appointment_date }}"),
        ("subject", "{{ next_appt_link }}", "{{ next_appt_link }}", "{{ next_appt_url }}"),
        ("body", rich("See {{ next_apt_url }}"), "{{ next_apt_url }}", "{{ next_appt_url }}"),
        ("body", rich("Sign-in link", "sign_in_link"), "Sign-in link", ""),
        ("body", rich("{% if x %}"), "{% if x %}", ""),
        ("body", rich("see", link="http://[x"), "http://[x", ""),
        ("body", rich("our page", link="javascript:alert(1)"), "our page", "https://"),
        ("body", rich("our page", link="data:text/html,x"), "our page", "https://"),
        ("body", rich("see", link="https://x/{{ next_appt_url }}"), "{{ next_appt_url }}", ""),
        ("body", rich("see{{ next_appt_url }}now"), "see{{ next_appt_url }}now", "{{ next_appt_url }}"),
        ("subject", "see{{ next_appt_url }}now", "see{{ next_appt_url }}now", "{{ next_appt_url }}"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(boss, email, field, written, word, nearest):
    response = boss.post(url("edit", email.pk), form(name="Typed name", **{field: written}))
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert word in errors[field][0] and nearest in errors[field][0]
    page = response.content.decode()
    assert escape(errors[field][0]) in page
    assert "Typed name" in page
    assert word in json.dumps(response.context["form"][field].value())


def test_a_link_in_a_text_message_is_a_mistake(boss, text):
    response = boss.post(url("edit", text.pk), sms_form(body="See {{ next_appt_link }}"))
    assert "{{ next_appt_url }}" in response.context["form"].errors["body"][0]
    assert "See {{ next_appt_link }}" in response.content.decode()


def test_the_fields_offer_the_variables_that_may_stand_in_them(boss, email, text):
    fields = boss.get(url("edit", email.pk)).context["form"].fields
    subject = fields["subject"].widget.picker["labels"]
    assert "next_appt_url" in subject[""] and "next_appt_link" not in subject[""]
    assert "sign_in_url" in subject["sign_in"] and "client_first_name" not in subject["sign_in"]
    assert "next_appt_link" in fields["body"].widget.picker["labels"][""]
    body = boss.get(url("edit", text.pk)).context["form"].fields["body"].widget.picker["labels"]
    assert "next_appt_link" not in body[""]


@pytest.mark.parametrize(("minutes", "is_kept"), [("0.01", False), ("0.9", False), ("1", True)])
def test_a_reminder_is_sent_at_least_a_minute_before(boss, text, minutes, is_kept):
    posted = sms_form(event="reminder", send_before_number=minutes, send_before_unit="minutes")
    response = boss.post(url("edit", text.pk), posted | {"action-publish": "1"})
    assert ("at least a minute" in response.content.decode()) != is_kept
    text.refresh_from_db()
    assert (text.send_before == timedelta(minutes=1)) == is_kept


@pytest.mark.parametrize(("field", "make"), [("appointment_type", make_type), ("location", make_location)])
def test_a_sign_in_link_is_not_for_certain_appointments(boss, email, field, make):
    posted = form(event="sign_in", body=rich("x", "sign_in_link"), **{field: make().pk})
    errors = boss.post(url("edit", email.pk), posted).context["form"].errors
    assert list(errors) == [field] and "whoever shares a contact" in errors[field][0]


@pytest.mark.parametrize("body", ["not json", "[1]", "{}"])
def test_a_body_that_no_editor_wrote_is_a_mistake(boss, email, body):
    response = boss.post(url("edit", email.pk), form(body=body) | {"action-publish": "1"})
    assert list(response.context["form"].errors) == ["body"]


@pytest.fixture
def in_french(clinic):
    """A translation, made before its original became a reminder for one location."""
    source = CommunicationTemplate.objects.get(event="booked", channel="email")
    copy = source.copy_for_translation(Locale.objects.create(language_code="fr"))
    copy.save()
    source.event, source.send_before, source.location = "reminder", timedelta(hours=36), clinic.location
    source.save()
    return copy


def test_only_the_wording_of_a_translation_is_edited(boss, in_french, clinic):
    fields = boss.get(url("edit", in_french.pk)).context["form"].fields
    fixed = {"event", "appointment_type", "location", "send_before"}
    assert {name for name, field in fields.items() if field.disabled} == fixed
    posted = form(event="cancelled", location="", send_before_number="3", subject="Bonjour")
    assert boss.post(url("edit", in_french.pk), posted | {"action-publish": "1"}).status_code == 302
    in_french.refresh_from_db()
    assert (in_french.subject, in_french.event, in_french.send_before) == ("Bonjour", "reminder", timedelta(hours=36))
    assert in_french.location == clinic.location


def test_the_wording_of_a_translation_is_judged_by_its_originals_occasion(boss, in_french):
    CommunicationTemplate.objects.exclude(pk=in_french.pk).filter(event="reminder", location__isnull=False).update(
        event="sign_in", location=None, send_before=None
    )
    posted = form(event="booked", body=rich("x", "appointment_date"))
    assert list(boss.post(url("edit", in_french.pk), posted).context["form"].errors) == ["body"]
    good = form(body=rich("x", "sign_in_link"))
    assert "/p/ExampleLink" in preview(boss, in_french, good, "text")
    assert boss.post(url("edit", in_french.pk), good | {"action-publish": "1"}).status_code == 302


def test_a_mistake_of_the_original_is_no_mistake_of_its_translation(boss, in_french):
    CommunicationTemplate.objects.filter(location__isnull=False).update(send_before=None)
    assert boss.post(url("edit", in_french.pk), form() | {"action-publish": "1"}).status_code == 302


# The preview


@time_machine.travel(NOW)
def test_an_email_is_previewed_as_a_client_gets_it(boss, email):
    page = preview(boss, email, form(subject="On {{ appointment_date }}", body=rich("x", "next_appt_link")), "email")
    assert "On Tuesday 1 December 2026" in page
    assert "Manage appointment" in page
    assert INERT in page
    assert not MagicLink.objects.exists()


def test_an_email_is_previewed_as_plain_text(boss, email):
    page = preview(boss, email, form(body=rich("x", "next_appt_link")), "text")
    assert "Manage appointment" in page and f"http://localhost{INERT}" in page
    assert "<iframe" not in page


def test_a_text_message_is_previewed_with_its_price(boss, text):
    page = preview(boss, text, sms_form(), "sms")
    assert f"See http://localhost{INERT}" in page
    assert "1 message" in page and "GSM-7" in page
    assert "instead" not in page


def test_one_quote_that_doubles_the_price_is_named(boss, text):
    words = "We look forward to seeing you soon. If you can’t come please go to {{ next_appt_url }}"
    page = preview(boss, text, sms_form(body=words), "sms")
    assert "“’” makes this text cost 2 instead of 1. Write &#x27; instead." in page
    assert "UCS-2" in page


def test_a_quote_that_costs_nothing_is_not_complained_of(boss, text):
    assert "instead of" not in preview(boss, text, sms_form(body="Don’t worry"), "sms")


@pytest.mark.parametrize("mode", ["email", "text"])
@pytest.mark.parametrize("body", [rich("See {{ next_ap"), rich("See {{ next_ap }}"), rich("x", "sign_in_link"), "null"])
@pytest.mark.parametrize("event", ["booked", "sign_in", ""])
def test_a_preview_never_fails_while_somebody_is_writing(boss, email, mode, body, event):
    page = preview(boss, email, form(event=event, subject="", body=body), mode)
    assert "Example" in page or "once this is put right" in page


@pytest.mark.parametrize("mode", ["zzz", "sms", ""])
def test_a_preview_in_no_known_mode_is_the_first_one(boss, email, mode):
    assert "<iframe" in preview(boss, email, form(), mode)


@pytest.mark.parametrize("event", ["booked", "sign_in"])
def test_a_message_is_previewed_and_tested_before_there_is_a_site(boss, email, event):
    PortalSettings.objects.all().delete()
    Site.objects.all().delete()
    posted = form(event=event, body=rich("Example {{ %s }}" % ("sign_in_url" if event == "sign_in" else "portal_url")))
    assert "Example" in preview(boss, email, posted, "text")
    boss.post(url("edit", email.pk), posted)
    boss.post(url("send_test", email.pk))
    assert len(mail.outbox) == 1


def test_the_preview_says_what_is_wrong(boss, email):
    page = preview(boss, email, form(subject="Hi {{ frist_name }}"), "email")
    assert "{{ frist_name }}" in page and "{{ client_first_name }}" in page


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_new_template_is_previewed_too(boss, clinic, channel):
    data = form() if channel == "email" else sms_form()
    page_url = boss.get(url("add"), {"channel": channel}).context["side_panels"]
    assert f"channel={channel}" in "".join(str(getattr(panel, "preview_url", "")) for panel in page_url)
    address = url("preview_on_add") + f"?channel={channel}"
    assert boss.post(address, data).json()["is_valid"]
    page = boss.get(address + f"&mode={channel}").content.decode()
    assert ("<iframe" in page) == (channel == "email")


def test_hostile_words_run_nowhere(boss, email, text):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    page = preview(boss, email, form(subject=hostile, body=rich(hostile, "clinic_name")), "text")
    assert "<script>alert" not in page and "<img" not in page
    page = preview(boss, email, form(subject=hostile, body=rich(hostile)), "email")
    assert "<script>alert" not in page and "<img" not in page
    page = preview(boss, text, sms_form(body=hostile), "sms")
    assert "<script>alert" not in page and "<img" not in page
    email.body = f'<p><span data-variable="clinic_name" onmouseover="alert(1)">{escape(hostile)}</span></p>'
    email.save_revision()
    page = boss.get(url("edit", email.pk)).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page


def test_a_translation_is_previewed_in_its_language(boss, email):
    copy = email.copy_for_translation(Locale.objects.create(language_code="fr"))
    copy.save()
    page = preview(boss, copy, form(body=rich("Date", "appointment_date")), "text")
    assert "Date" not in page
    assert "20" in page


# "Send me a test"


def test_a_test_email_goes_to_the_editor_with_an_inert_link(boss, email):
    boss.post(url("edit", email.pk), form(subject="Draft words", body=rich("x", "next_appt_link")))
    page = boss.get(url("send_test", email.pk)).content.decode()
    assert "boss@harbour.example" in page and "last saved" in page
    assert mail.outbox == []
    response = boss.post(url("send_test", email.pk), follow=True)
    assert "The test was sent to boss@harbour.example." in response.content.decode()
    [sent] = mail.outbox
    assert sent.to == ["boss@harbour.example"] and sent.subject == "[Test] Draft words"
    assert INERT in sent.body and INERT in sent.alternatives[0][0]
    assert not MagicLink.objects.exists() and not OutboundMessage.objects.exists()


def test_an_editor_without_an_address_is_told_where_to_set_one(boss, email):
    get_user_model().objects.update(email="")
    page = boss.post(url("send_test", email.pk)).content.decode()
    assert reverse("wagtailadmin_account") in page
    assert mail.outbox == []


def test_a_test_text_goes_to_the_number_that_is_given(boss, text, texts_sent):
    page = boss.post(url("send_test", text.pk), {"address": "07700 900456"}, follow=True).content.decode()
    assert "The test was sent to +447700900456." in page
    [(to, body)] = texts_sent
    assert to == "+447700900456" and INERT in body


@pytest.mark.parametrize("number", ["", "12", "not a number", "020 7946 0000", "+1 212 555 0123"])
def test_a_test_text_goes_to_no_other_number(boss, text, texts_sent, number):
    response = boss.post(url("send_test", text.pk), {"address": number})
    assert response.context["form"].errors["address"]
    assert texts_sent == []


def test_test_texts_have_a_limit_a_day_for_each_user(boss, text, texts_sent, settings):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"SMS_TESTS_PER_USER": 2}
    with time_machine.travel(NOW, tick=False):
        boss.force_login(get_user_model().objects.get())
        for number in ("07700 900456", "07700 900457", "07700 900458"):
            response = boss.post(url("send_test", text.pk), {"address": number})
        assert "all the tests by text message" in response.context["form"].errors["address"][0]
        assert len(texts_sent) == 2
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        boss.force_login(get_user_model().objects.get())
        boss.post(url("send_test", text.pk), {"address": "07700 900458"})
        assert len(texts_sent) == 3


def test_a_site_without_a_gateway_says_so(boss, text, settings):
    settings.WAGTAIL_CLIENTPORTAL = {"SMS_BACKEND": ""}
    response = boss.post(url("send_test", text.pk), {"address": "07700 900456"})
    assert "This site sends no text messages yet" in response.content.decode()


def test_a_test_that_fails_says_why(boss, email, monkeypatch):
    def refuse(**letter):
        return SendResult(False, error_code="recipient refused (550)")

    monkeypatch.setattr("wagtail_clientportal.outbox.backends.email.send", refuse)
    page = boss.post(url("send_test", email.pk), follow=True).content.decode()
    assert "could not be sent to boss@harbour.example: recipient refused (550)" in page


def test_a_draft_that_cannot_be_sent_is_not_sent(boss, email):
    email.subject = "{{ nothing_known }}"
    email.save_revision(clean=False)
    assert "{{ nothing_known }}" in boss.post(url("send_test", email.pk)).content.decode()
    assert mail.outbox == []


def test_who_may_not_change_templates_sends_no_test(staff_with, email):
    editor = staff_with("view_communicationtemplate", "add_communicationtemplate")
    for pk in (email.pk, 987654):
        assert editor.post(url("send_test", pk)).status_code == 302
    assert mail.outbox == []


def test_who_may_change_templates_may_send_a_test(staff_with, email):
    staff_with("change_communicationtemplate").post(url("send_test", email.pk))
    assert [sent.to for sent in mail.outbox] == [["sam@harbour.example"]]


# "Send again"


def register(row):
    return reverse("wagtail_clientportal_outboundmessage_modeladmin_inspect", args=[row.pk])


@pytest.fixture
def failed(clinic):
    return OutboundMessage.objects.create(
        about="booked",
        client=clinic.client,
        appointment=clinic.appointment,
        channel="email",
        recipient="margaret@example.org",
        status="failed",
        attempts=8,
        last_error="The mailbox is full.",
        due_at=NOW,
        dedupe_key="booked-1",
    )


def test_what_failed_is_sent_again(boss, failed, django_capture_on_commit_callbacks):
    assert "Send again" in boss.get(register(failed)).content.decode()
    later = NOW + timedelta(days=1)
    with time_machine.travel(later, tick=False), django_capture_on_commit_callbacks() as callbacks:
        boss.post(register(failed))
    failed.refresh_from_db()
    assert (failed.status, failed.attempts, failed.due_at) == ("waiting", 0, later)
    assert len(callbacks) == 1
    assert "Send again" not in boss.get(register(failed)).content.decode()


@pytest.mark.parametrize("status", ["waiting", "sent", "dropped"])
def test_nothing_else_is_sent_again(boss, failed, status):
    OutboundMessage.objects.update(status=status)
    assert "Send again" not in boss.get(register(failed)).content.decode()
    boss.post(register(failed))
    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == (status, 8)


def test_a_sign_in_link_is_not_sent_again(boss, failed):
    OutboundMessage.objects.update(about="sign_in")
    boss.post(register(failed))
    failed.refresh_from_db()
    assert failed.status == "failed"


def test_who_may_only_read_the_register_sends_nothing_again(staff_with, failed):
    reader = staff_with("view_outboundmessage")
    assert "Send again" not in reader.get(register(failed)).content.decode()
    reader.post(register(failed))
    failed.refresh_from_db()
    assert failed.status == "failed"


def test_who_may_change_sent_communications_sends_again(staff_with, failed):
    sender = staff_with("change_outboundmessage")
    sender.post(register(failed))
    failed.refresh_from_db()
    assert failed.status == "waiting"
