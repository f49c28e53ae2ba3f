"""What a client reads: the ready wording, an editor's own, and the calendar that follows."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from icalendar import Calendar
from wagtail.models import Locale

from tests.actions.test_change import FREE
from tests.factories import NOW
from wagtail_clientportal.access.links import find_link
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.communications.compose import example
from wagtail_clientportal.models import CommunicationTemplate, MagicLink, OutboundMessage, PortalPolicy
from wagtail_clientportal.outbox.backends.sms import locmem

LATER = NOW + timedelta(minutes=4)


def sent(now=LATER):
    """The emails to the client that are sent now."""
    mail.outbox.clear()
    locmem.outbox.clear()
    deliver_due(now=now)
    return [email for email in mail.outbox if "margaret@example.org" in email.to]


def calendar_of(email):
    [(name, content, mimetype)] = [tuple(attachment) for attachment in email.attachments]
    assert name == "appointment.ics"
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return mimetype, event


def write(event, body, *, subject="News", channel="email"):
    """Replace an event's wording by an editor's own."""
    template = CommunicationTemplate.objects.get(event=event, channel=channel)
    template.subject, template.body = subject, body
    template.full_clean()
    template.save()
    return template


def test_the_clients_calendar_follows_from_booking_to_cancellation(clinic):
    appointment = book(
        clinic.client, clinic.clinician, clinic.location, clinic.appointment_type, FREE, by=None, now=NOW
    )
    booked = calendar_of(sent(NOW)[0])
    change(appointment, FREE + timedelta(hours=1), by=clinic.client, now=NOW)
    changed = calendar_of(sent()[0])
    cancel(appointment, by=clinic.client, now=LATER)
    cancelled = calendar_of(sent()[0])
    assert [mimetype.split("method=")[1][:7].rstrip(";") for mimetype, _event in (booked, changed, cancelled)] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
    ]
    events = [event for _mimetype, event in (booked, changed, cancelled)]
    assert len({event["UID"] for event in events}) == 1
    assert [event["SEQUENCE"] for event in events] == sorted({event["SEQUENCE"] for event in events})
    assert events[1].decoded("DTSTART") == FREE + timedelta(hours=1)
    assert events[2]["STATUS"] == "CANCELLED"


def test_a_calendar_entry_says_no_more_than_the_message(clinic):
    write("cancelled", "<p>It is cancelled.</p>")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    _mimetype, event = calendar_of(sent()[0])
    assert "LOCATION" not in event and "Ada Osei" not in str(event.to_ical())
    assert "Physiotherapy" not in event.to_ical().decode() and "/p/" not in event.to_ical().decode()


def test_the_ready_wording_names_time_place_clinician_and_deadlines_but_no_type(clinic):
    clinic.location.address = "1 Quay Street\nHarbourton"
    clinic.location.save()
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    [email] = sent()
    assert email.subject == "Your appointment has been changed: Thursday 26 November 2026 at 2pm"
    for words in (
        "Hello Margaret,",
        "Thursday 26 November 2026, 2pm",
        "with Ada Osei",
        "1 Quay Street",
        "You can change it online until Wednesday 25 November 2026 at 2pm.",
        "020 7946 0000",
    ):
        assert words in email.body
    assert "Physiotherapy" not in email.body and "{{" not in email.body


def test_the_link_is_a_button_in_html_and_an_address_in_plain_text(clinic):
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    [email] = sent()
    html = BeautifulSoup(email.alternatives[0][0], "html.parser")
    button = html.select_one("a.cp-button")
    assert button.get_text() == "Manage appointment" and button["href"] in email.body
    assert find_link(button["href"].split("/")[-2], LATER).appointment == clinic.appointment
    assert MagicLink.objects.count() == 2, "one in the email, one in the text"


def test_chip_braces_and_tag_are_the_same_variable(clinic):
    chip = '<span data-variable="clinic_name">Whatever</span>'
    write("cancelled", f"<p>{chip} {{{{ clinic_name }}}} <b>{{% clinic_name %}}</b></p>", subject="{% clinic_name %}")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    [email] = sent()
    assert email.body.count("Harbour Clinic") >= 3 and email.subject == "Harbour Clinic"


def test_a_paragraph_whose_variables_are_all_empty_is_left_out(clinic):
    PortalPolicy.objects.update(changes_enabled=False)
    clinic.location.phone = ""
    clinic.location.save()
    write("cancelled", "<p>Until {{ change_by }}.</p><ul><li>Call {{ clinic_phone }}</li></ul>")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    [email] = sent()
    assert "Until" not in email.body and "Call 020 7946 0999" in email.body


def test_what_a_client_is_called_is_text_and_never_a_variable(clinic):
    clinic.client.first_name = "<b>{{ portal_url }}</b>"
    clinic.client.save()
    write("cancelled", "<p>Hello {{ client_first_name }}</p>", subject="For {{ client_first_name }}")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    [email] = sent()
    html = email.alternatives[0][0]
    assert "&lt;b&gt;{{ portal_url }}&lt;/b&gt;" in html and "Hello <b>{{ portal_url }}</b>" in email.body


def test_links_to_pages_of_the_site_are_absolute(clinic):
    write("cancelled", f'<p>See <a linktype="page" id="{clinic.page.pk}">our page</a>.</p>')
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    [email] = sent()
    assert "our page: http://localhost/portal/" in email.body


def test_the_kept_copy_holds_no_link_wherever_it_stood(clinic):
    write("changed", "<p>{{ next_appt_url }}</p>", subject="Now {{ next_appt_url }}")
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    sent()
    row = OutboundMessage.objects.get(channel="email", about="changed")
    assert "[link]" in row.subject and "[link]" in row.body and "/p/" not in row.subject + row.body


def test_a_translation_is_read_where_the_site_speaks_that_language(clinic):
    french, _made = Locale.objects.get_or_create(language_code="fr")
    template = CommunicationTemplate.objects.get(event="cancelled", channel="email")
    translation = template.copy_for_translation(french)
    assert not translation.live
    translation.subject, translation.body = "Annulé : {{ appointment_date }}", "<p>Bonjour</p>"
    translation.live = True
    translation.save()
    clinic.site.root_page.locale = french
    clinic.site.root_page.save()
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    [email] = sent()
    assert email.subject == "Annulé : mercredi 25 novembre 2026" and "Bonjour" in email.body


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("event", [event for event, _label in CommunicationTemplate.OCCASIONS])
def test_ready_wording_exists_is_right_and_can_be_previewed_for_everything(clinic, event, channel):
    if channel == "sms" and event in ("confirm_booking", "paid", "paid_in_vain"):
        assert not CommunicationTemplate.objects.filter(event=event, channel=channel).exists()
        return
    template = CommunicationTemplate.objects.get(event=event, channel=channel)
    template.full_clean()
    letter = example(template, clinic.site, NOW)
    assert "{{" not in letter.text and len(letter.text) > 20
    assert not MagicLink.objects.exists()
    assert template.live is (event != "status_changed")


def test_the_link_of_a_preview_is_as_long_as_a_real_one_and_opens_nothing(clinic):
    letter = example(CommunicationTemplate.objects.get(event="changed", channel="sms"), clinic.site, NOW)
    url = next(word for word in letter.text.split() if "/p/" in word)
    assert find_link(url.split("/")[-2], NOW) is None
    change(clinic.appointment, FREE, by=clinic.client, now=NOW)
    sent()
    [(_to, text)] = locmem.outbox
    assert len(url) == len(next(word for word in text.split() if "/p/" in word))


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"subject": "{{ clinic_nam }}"}, "subject", ["{{ clinic_nam }}", "{{ clinic_name }}"]),
        ({"body": "<p>{% cancel_bye %}</p>"}, "body", ["{% cancel_bye %}", "{{ cancel_by }}"]),
        ({"body": '<p><span data-variable="forged">Clinic name</span></p>'}, "body", ["Clinic name"]),
        ({"body": "<p>{% if x %}a{% endif %}</p>"}, "body", ["{% if x %}"]),
        ({"body": "<p>{{ clinic_name|upper }}</p>"}, "body", ["{{ clinic_name|upper }}"]),
        ({"body": "<p>{# note #} {{</p>"}, "body", ["{# note #}"]),
        ({"body": "<p>{{ clinic<b>_name }}</b></p>"}, "body", ["{{ clinic_name }}"]),
        ({"body": '<p><a href="{{ portal_url }}">x</a></p>'}, "body", ["{{ portal_url }}"]),
        ({"subject": "{{ next_appt_link }}"}, "subject", ["{{ next_appt_link }}", "{{ next_appt_url }}"]),
        ({"channel": "sms", "body": "{{ next_appt_link }}"}, "body", ["{{ next_appt_link }}", "{{ next_appt_url }}"]),
        ({"subject": " "}, "subject", ["subject"]),
        ({"event": "reminder"}, "send_before", ["how long"]),
        ({"event": "reminder", "send_before": timedelta(days=-1)}, "send_before", ["at least"]),
        ({"event": "sign_in", "body": "<p>Hello {{ client_first_name }}</p>"}, "body", ["{{ client_first_name }}"]),
        ({"event": "sign_in", "body": "<p>Hello</p>"}, "body", ["{{ sign_in_url }}"]),
    ],
)
def test_what_is_no_variable_is_an_error_that_names_field_word_and_the_nearest_name(db, values, field, words):
    template = CommunicationTemplate(
        **{"name": "T", "event": "changed", "channel": "email", "subject": "S", "body": "<p>B</p>"} | values
    )
    template.locale = Locale.get_default()
    with pytest.raises(Exception) as raised:
        template.full_clean()
    assert set(raised.value.message_dict) == {field}
    for word in words:
        assert word in " ".join(raised.value.message_dict[field])
