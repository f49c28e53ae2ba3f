"""What the clinic says to a client along with what it did, beside the words of the template."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.communications.test_compose import LATER, sent, write
from tests.communications.test_reminders import DAY, reminder
from tests.factories import NOW
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.export_client import export_client
from wagtail_clientportal.actions.refusals import NotAllowed
from wagtail_clientportal.communications.reminders import queue_reminders
from wagtail_clientportal.models import AppointmentEvent, CommunicationTemplate
from wagtail_clientportal.outbox.backends.sms import locmem

SORRY = "Ada is <away> & {{ clinic_name }}.\nWe are sorry."


def test_it_stands_at_the_end_of_the_email_and_the_text_message_as_it_was_written(clinic):
    cancel(clinic.appointment, by=None, now=NOW, words=SORRY)
    [email] = sent()
    assert "Ada is <away> & {{ clinic_name }}.\nWe are sorry." in email.body
    assert "Ada is &lt;away&gt; &amp; {{ clinic_name }}.<br>We are sorry." in email.alternatives[0][0]
    [(_to, text)] = locmem.outbox
    assert text.endswith("\nAda is <away> & {{ clinic_name }}.\nWe are sorry.")


def test_an_editor_cannot_place_it(clinic):
    with pytest.raises(Exception, match="clinic_words"):
        write("cancelled", "<p>{{ clinic_words }}</p>")


def test_a_reminder_does_not_repeat_it(clinic):
    CommunicationTemplate.objects.filter(event="reminder").delete()
    reminder(DAY)
    moved = change(clinic.appointment, NOW + timedelta(days=3, hours=2), by=None, now=NOW, words=SORRY)
    sent()
    queue_reminders(moved.start - DAY)
    [email] = sent(moved.start - DAY)
    assert "We are sorry" not in email.body


@pytest.mark.parametrize("act", [lambda one, **values: change(one, LATER.replace(minute=0), **values), cancel])
def test_a_client_says_nothing_in_the_clinics_name(clinic, act):
    with pytest.raises(NotAllowed):
        act(clinic.appointment, by=clinic.client, now=NOW, words=SORRY)


def test_it_is_in_what_is_exported_about_the_client_and_gone_when_they_are_anonymised(clinic):
    cancel(clinic.appointment, by=None, now=NOW, words=SORRY)
    with ZipFile(BytesIO(export_client(clinic.client, by=None, now=NOW))) as archive:
        [appointment] = json.loads(archive.read("client.json"))["appointments"]
    assert appointment["history"][0]["words"] == SORRY
    anonymise_client(clinic.client, by=None, now=NOW)
    assert AppointmentEvent.objects.get().words == ""
