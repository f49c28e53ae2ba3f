"""Money that staff took, and what is decided about it when the appointment doesn't stand."""

import json
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.auth import get_user_model

from tests.factories import NOW, cancelled_status, default_status
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.anonymise_client import anonymise_client
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.decide_refund import decide_refund
from wagtail_clientportal.actions.export_client import export_client
from wagtail_clientportal.actions.record_payment import record_payment
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.models import AppointmentStatus, Notification, OutboundMessage, Payment, Refund


@pytest.fixture
def sam(clinic):
    return get_user_model().objects.create_user("sam", first_name="Sam")


@pytest.fixture
def payment(clinic, sam):
    return record_payment(clinic.appointment, Decimal("48.00"), method="cash", reference=" 17 ", by=sam, now=NOW)


def kinds(appointment):
    return list(appointment.events.order_by("pk").values_list("kind", flat=True))


def test_what_staff_took_stands_with_the_appointment_and_in_its_history(clinic, payment, sam):
    assert (payment.state, payment.amount, payment.currency) == ("paid", Decimal("48.00"), "GBP")
    assert (payment.reference, payment.client, payment.recorded_by, payment.paid_at) == ("17", clinic.client, sam, NOW)
    event = clinic.appointment.events.get(kind="paid")
    assert (event.payment, event.by_user, event.old_start) == (payment, sam, event.new_start)


@pytest.mark.parametrize("amount", ["0", "-5", "1000000", "1.005"])
def test_what_is_no_amount_is_refused(clinic, sam, amount):
    with pytest.raises(refusals.WrongAmount):
        record_payment(clinic.appointment, Decimal(amount), method="cash", by=sam, now=NOW)
    assert not Payment.objects.exists()


def test_a_client_records_nothing_and_nobody_records_that_the_provider_was_paid(clinic, sam):
    for values in ({"method": "cash", "by": clinic.client}, {"method": "online", "by": sam}):
        with pytest.raises(refusals.NotAllowed):
            record_payment(clinic.appointment, Decimal(5), now=NOW, **values)


@pytest.mark.parametrize("who", ["client", "sam", None])
def test_whoever_cancels_somebody_has_to_decide_about_what_was_paid(clinic, payment, sam, who):
    clinic.clinician.user = sam
    clinic.clinician.save()
    by = {"client": clinic.client, "sam": sam}.get(who)
    cancel(clinic.appointment, by=by, now=NOW)
    refund = Refund.objects.get()
    assert (refund.payment, refund.decision, refund.why) == (payment, "to_decide", "cancelled")
    assert refund.event == clinic.appointment.events.get(kind="cancelled")
    told = Notification.objects.get(kind="refund_to_decide")
    assert (told.recipient, told.appointment) == (sam, clinic.appointment)
    [email] = OutboundMessage.objects.filter(about="staff", subject="A refund has to be decided")
    assert "£48.00 was paid (Cash)" in email.body and "Hale" not in email.body


def test_not_having_come_is_decided_too(clinic, payment, sam):
    set_status(clinic.appointment, AppointmentStatus.objects.get(name="Did not attend"), by=sam, now=NOW)
    assert Refund.objects.get().decision == "to_decide"


def test_nothing_is_to_decide_where_nothing_was_paid(clinic):
    Payment.objects.create(appointment=clinic.appointment, client=clinic.client, amount=5, method="online")
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    assert not Refund.objects.exists()


def test_a_change_keeps_the_payment_and_asks_nobody(clinic, payment):
    change(clinic.appointment, clinic.appointment.start + timedelta(days=1), by=clinic.client, now=NOW)
    assert not Refund.objects.exists()
    assert clinic.appointment.payments.get() == payment


def test_an_appointment_that_stands_again_leaves_nothing_to_decide_until_it_falls_again(clinic, payment, sam):
    cancel(clinic.appointment, by=sam, now=NOW)
    set_status(clinic.appointment, default_status(), by=sam, now=NOW)
    assert list(Refund.objects.values_list("decision", "note")) == [("not_due", "The appointment stands again.")]
    set_status(clinic.appointment, cancelled_status(), by=sam, now=NOW)
    assert list(Refund.objects.order_by("pk").values_list("decision", flat=True)) == ["not_due", "to_decide"]


def test_what_is_paid_after_the_cancellation_is_decided_at_once(clinic, sam):
    cancel(clinic.appointment, by=sam, now=NOW)
    record_payment(clinic.appointment, Decimal(5), method="transfer", by=sam, now=NOW)
    assert Refund.objects.get().event is None


@pytest.mark.parametrize(
    ("decision", "amount", "given_back", "in_words"),
    [
        ("refunded", None, Decimal(48), "Refunded: £48.00"),
        ("partly", Decimal(10), Decimal(10), "Refunded in part: £10.00"),
        ("not_due", None, None, "Not due"),
    ],
)
def test_a_decision_is_written_down_with_who_when_and_how_much(
    clinic, payment, sam, decision, amount, given_back, in_words
):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    refund = decide_refund(Refund.objects.get(), decision, amount=amount, note="As agreed.", by=sam, now=NOW)
    assert (refund.decision, refund.amount, refund.note) == (decision, given_back, "As agreed.")
    assert (refund.decided_by, refund.decided_at) == (sam, NOW)
    event = clinic.appointment.events.get(kind="refund_decided")
    assert (event.money_decided, event.payment, event.by_user) == (in_words, payment, sam)
    assert OutboundMessage.objects.filter(about="cancelled").count() == 2  # by email and text; nothing promises more


@pytest.mark.parametrize("amount", [None, Decimal(0), Decimal(-1), Decimal(48), Decimal(50), Decimal("1.001")])
def test_a_part_is_less_than_what_was_paid_and_more_than_nothing(clinic, payment, sam, amount):
    cancel(clinic.appointment, by=sam, now=NOW)
    with pytest.raises(refusals.WrongAmount):
        decide_refund(Refund.objects.get(), "partly", amount=amount, by=sam, now=NOW)
    assert Refund.objects.get().decision == "to_decide"


def test_of_two_who_decide_the_first_did_and_a_decision_is_corrected_by_whoever_saw_it(clinic, payment, sam):
    cancel(clinic.appointment, by=sam, now=NOW)
    refund = Refund.objects.get()
    decide_refund(refund, "not_due", by=sam, now=NOW)
    with pytest.raises(refusals.AlreadyDecided) as decided:
        decide_refund(refund, "refunded", by=None, now=NOW)
    assert (decided.value.by, decided.value.at) == (sam, NOW)
    decide_refund(refund, "refunded", by=None, now=NOW, seen="not_due")
    assert kinds(clinic.appointment)[-2:] == ["refund_decided", "refund_decided"]
    assert Refund.objects.get().decision == "refunded"


def test_a_client_decides_nothing(clinic, payment):
    cancel(clinic.appointment, by=clinic.client, now=NOW)
    with pytest.raises(refusals.NotAllowed):
        decide_refund(Refund.objects.get(), "refunded", by=clinic.client, now=NOW)


def test_the_file_of_everything_that_is_held_says_what_was_paid_and_decided(clinic, payment, sam):
    cancel(clinic.appointment, by=sam, now=NOW)
    decide_refund(Refund.objects.get(), "partly", amount=Decimal(10), note="Half.", by=sam, now=NOW)
    archive = ZipFile(BytesIO(export_client(clinic.client, by=sam, now=NOW)))
    held = json.loads(archive.read("client.json"))
    [paid] = held["payments"]
    assert (paid["amount"], paid["how"], paid["reference"], paid["recorded_by"]) == ("48.00", "cash", "17", "Sam")
    assert [(one["decision"], one["given_back"], one["note"]) for one in paid["refunds"]] == [
        ("partly", "10.00", "Half.")
    ]
    money = [event["money"] for event in held["appointments"][0]["history"] if event["money"]]
    assert money == ["48.00 GBP", "Refunded in part: £10.00"]


def test_anonymised_the_amounts_stay_and_the_notes_go(clinic, payment, sam):
    cancel(clinic.appointment, by=sam, now=NOW)
    decide_refund(Refund.objects.get(), "not_due", note="Mrs Hale rang.", by=sam, now=NOW)
    anonymise_client(clinic.client, by=sam, now=NOW)
    assert (Refund.objects.get().note, Payment.objects.get().reference) == ("", "")
    assert Payment.objects.get().amount == 48
