"""What the desk writes down for itself: notes, and why somebody doesn't come. Staff read it, and no client does."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.factories import NOW, cancelled_status, default_status
from tests.staff.filling_in import NEW, filled_in, form_of, page_of, send, text, url_of
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.export_client import export_client
from wagtail_clientportal.actions.merge_clients import merge_clients
from wagtail_clientportal.actions.refusals import NotAllowed
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.models import AbsenceReason, Appointment, AppointmentStatus, Client

NOTE = "Ring the <b>daughter</b>"
ESCAPED = "Ring the &lt;b&gt;daughter&lt;/b&gt;"


@pytest.fixture
def ill(db):
    return AbsenceReason.objects.get(name="Ill")


def noted(clinic):
    Client.objects.update(note=NOTE)
    Appointment.objects.update(note="Brings her X-rays")


def test_a_clients_note_stands_wherever_the_client_is(boss, clinic):
    noted(clinic)
    clinic.book(start=NOW + timedelta(hours=2))
    places = [
        reverse("clientportal_client:inspect", args=[clinic.client.pk]),
        page_of(clinic.appointment),
        reverse("wagtail_clientportal_diary:card", args=[clinic.appointment.pk]),
        url_of("change", clinic.appointment),
        url_of("cancel", clinic.appointment),
        f"{NEW}?client={clinic.client.pk}",
        reverse("wagtailadmin_home"),
    ]
    missing = [place for place in places if ESCAPED not in text(boss.get(place))]
    assert not missing


def test_an_appointments_note_is_written_and_taken_away_on_its_page(boss, clinic):
    url = url_of("note", clinic.appointment)
    assert url in text(boss.get(page_of(clinic.appointment)))
    boss.post(url, filled_in(boss.get(url)) | {"note": " Brings her X-rays "})
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.note == "Brings her X-rays"
    assert "Brings her X-rays" in text(boss.get(page_of(clinic.appointment)))
    boss.post(url, filled_in(boss.get(url)) | {"note": ""})
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.note == ""


def test_a_note_that_somebody_else_wrote_meanwhile_is_not_written_over(boss, clinic):
    url = url_of("note", clinic.appointment)
    sent = filled_in(boss.get(url)) | {"note": "Mine"}
    Appointment.objects.update(note="Theirs")
    page = boss.post(url, sent)
    assert page.status_code == 409
    assert "Theirs" in text(page) and "Mine" in text(page)
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.note == "Theirs"
    boss.post(url, filled_in(page))
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.note == "Mine"


def test_no_client_is_sent_a_note_or_a_reason(boss, clinic, ill, mailoutbox):
    boss.post(NEW, form_of(clinic, note="Brings her X-rays"))
    noted(clinic)
    cancel(Appointment.objects.latest("pk"), by=None, reason=ill, now=NOW)
    call_command("clientportal_send")
    assert mailoutbox
    sent = "".join(f"{mail.subject}{mail.body}{mail.alternatives}{mail.attachments}" for mail in mailoutbox)
    for secret in ("daughter", "X-rays", "Ill"):
        assert secret not in sent


def held(clinic):
    client = Client.objects.get(pk=clinic.client.pk)
    with ZipFile(BytesIO(export_client(client, by=None, now=NOW))) as archive:
        return json.loads(archive.read("client.json"))


def test_notes_and_reasons_are_given_to_whoever_asks_what_is_held(clinic, ill):
    noted(clinic)
    cancel(clinic.appointment, by=None, reason=ill, now=NOW)
    found = held(clinic)
    assert found["client"]["note"] == NOTE
    [appointment] = found["appointments"]
    assert appointment["note"] == "Brings her X-rays"
    assert appointment["history"][-1]["reason"] == "Ill"


def test_notes_and_reasons_go_with_the_person(clinic, ill):
    noted(clinic)
    cancel(clinic.appointment, by=None, reason=ill, now=NOW)
    anonymise_client(clinic.client, by=None, now=NOW)
    clinic.client.refresh_from_db()
    clinic.appointment.refresh_from_db()
    assert (clinic.client.note, clinic.appointment.note) == ("", "")
    assert clinic.appointment.events.get().reason is None


def test_two_records_notes_come_together(clinic):
    other = Client.objects.create(first_name="Margaret", last_name="Hale", note="Hard of hearing")
    Client.objects.filter(pk=clinic.client.pk).update(note="Ring the daughter")
    assert merge_clients(clinic.client, other, by=None, now=NOW).note == "Ring the daughter\n\nHard of hearing"


# --- reasons


def test_a_cancellation_gets_a_reason_from_the_clinics_list(boss, clinic, ill):
    AbsenceReason.objects.create(name="Bus on strike", is_active=False)
    page = boss.get(url_of("cancel", clinic.appointment))
    assert "Weather or travel" in text(page) and "Bus on strike" not in text(page)
    send(boss, "cancel", clinic.appointment, {"status": "", "reason": ill.pk})
    assert clinic.appointment.events.get().reason == ill
    assert "Reason:" in text(boss.get(page_of(clinic.appointment)))


def test_who_did_not_attend_gets_a_reason(boss, clinic, ill):
    absent = AppointmentStatus.objects.get(name="Did not attend")
    send(boss, "set_status", clinic.appointment, {"status": absent.pk, "reason": ill.pk})
    assert clinic.appointment.events.get().reason == ill


def test_a_reason_that_is_given_later_is_written_into_the_same_line_of_history(boss, clinic, ill):
    absent = AppointmentStatus.objects.get(name="Did not attend")
    send(boss, "set_status", clinic.appointment, {"status": absent.pk})
    send(boss, "set_status", clinic.appointment, {"status": absent.pk, "reason": ill.pk})
    assert clinic.appointment.events.get().reason == ill


def test_a_reason_goes_with_no_status_that_holds_the_place(boss, clinic, ill):
    page = send(boss, "set_status", clinic.appointment, {"status": default_status().pk, "reason": ill.pk})
    assert "A reason goes with a status that frees the time." in text(page)
    with pytest.raises(NotAllowed):
        set_status(clinic.appointment, default_status(), by=None, reason=ill)


def test_a_client_gives_no_reason_of_the_clinics(clinic, ill):
    with pytest.raises(NotAllowed):
        cancel(clinic.appointment, by=clinic.client, reason=ill, now=NOW)


def test_where_the_clinic_keeps_no_reasons_none_is_asked_for(boss, clinic):
    AbsenceReason.objects.all().delete()
    for view in ("cancel", "set_status"):
        assert 'name="reason"' not in text(boss.get(url_of(view, clinic.appointment)))
    send(boss, "cancel", clinic.appointment, {"status": cancelled_status().pk})
    clinic.appointment.refresh_from_db()
    assert not clinic.appointment.holds_place


def test_a_reason_in_use_is_not_deleted(boss, clinic, ill):
    cancel(clinic.appointment, by=None, reason=ill, now=NOW)
    url = reverse("clientportal_absencereason:delete", args=[ill.pk])
    assert boss.post(url).status_code == 409
    assert AbsenceReason.objects.filter(pk=ill.pk).exists()
