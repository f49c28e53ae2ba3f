"""In whatever order things happen, what the design promises holds after each of them.

A machine books, moves, cancels and undoes; asks online, holds a place, lets it lapse, pays for it in time, late, twice,
for nothing or another amount; takes time off; and edits as staff do. Places are few, so that all of it meets.
"""

from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, count

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as how_long
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories import NOW, cancelled_status, default_status, make_client, make_clinician, make_type
from wagtail_clientportal.actions.ask_to_confirm import ask_to_confirm
from wagtail_clientportal.actions.ask_to_pay import ask_to_pay
from wagtail_clientportal.actions.book import book
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.actions.change import change
from wagtail_clientportal.actions.confirm_booking import confirm_booking
from wagtail_clientportal.actions.decide_refund import decide_refund
from wagtail_clientportal.actions.purge import purge
from wagtail_clientportal.actions.record_payment import record_payment
from wagtail_clientportal.actions.refusals import Refused, WrongAmount
from wagtail_clientportal.actions.request_booking import Typed, request_booking
from wagtail_clientportal.actions.set_status import set_status
from wagtail_clientportal.actions.settle_payment import settle_payment
from wagtail_clientportal.actions.undo_cancellation import undo_cancellation
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    AppointmentType,
    BookingRequest,
    BookingSettings,
    Client,
    ClientMessage,
    Clinician,
    Hold,
    Notification,
    OutboundMessage,
    Payment,
    Refund,
    TimeOff,
)
from wagtail_clientportal.payments.provider import Report, State

from .paying import take_money

# What an action that refuses has left as it was.
ALL_OF_IT = (
    Appointment,
    AppointmentEvent,
    BookingRequest,
    Client,
    ClientMessage,
    Hold,
    Notification,
    OutboundMessage,
    Payment,
    Refund,
)
# What nothing ever deletes.
KEPT = (Appointment, AppointmentEvent, Client, ClientMessage, Refund)
TOLD_OF = ("booked", "changed", "cancelled")
MONEY = (OutboundMessage.About.PAID, OutboundMessage.About.PAID_IN_VAIN)

THURSDAY = datetime(2026, 11, 26, tzinfo=UTC)
STARTS = st.sampled_from([THURSDAY + timedelta(hours=9, minutes=minutes) for minutes in (0, 15, 30, 60)])
ANY = st.integers(0, 11)  # one of however many there are
NIA = Typed("Nia", "Nettle", "nia@example.org", date(1980, 2, 3), "ZX1 2AB")
A_DAY = timedelta(days=1)


class Practice(RuleBasedStateMachine):
    """A clinic with two clinicians and two types; one of these costs a deposit."""

    def __init__(self, clinic):
        super().__init__()
        self.clinic, self.now, self.keys = clinic, NOW, count()
        self.seen = {model: set() for model in KEPT}
        self.lengths, self.paid = {}, {}
        # What the example did is undone at its end. Marked as a test's own, so that an action may begin within it.
        self._example = transaction.atomic()
        self._example._from_testcase = True
        self._example.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self._example.__exit__(None, None, None)

    # -- Helpers

    @contextmanager
    def perhaps(self, *but):
        """Do something that may be refused, and then has done nothing.

        :param but: refusals that write something down.
        """
        before = _as_it_is()
        try:
            yield
        except but:
            pass
        except Refused as refusal:
            assert _as_it_is() == before, f"{refusal!r} left something half done"

    def one(self, model, number, **which):
        found = list(model.objects.filter(**which).order_by("pk"))
        return found[number % len(found)]

    def is_off(self, clinician, start):
        until = start + timedelta(minutes=30)
        return TimeOff.objects.filter(clinician=clinician, start__lt=until, end__gt=start).exists()

    # -- The diary

    @rule(client=ANY, clinician=ANY, kind=ANY, start=STARTS, how=st.sampled_from(["client", "staff", "overbook"]))
    def somebody_is_booked(self, client, clinician, kind, start, how):
        person, who = self.one(Client, client), self.one(Clinician, clinician)
        what, where = self.one(AppointmentType, kind), self.clinic.location
        with self.perhaps():
            if how != "client":
                book(person, who, where, what, start, by=None, overbook=how == "overbook", now=self.now)
                return
            book(person, who, where, what, start, by=person, now=self.now)
            assert start > self.now and not self.is_off(who, start)

    @rule(which=ANY, start=STARTS, clinician=ANY, how=st.sampled_from(["client", "staff", "overbook"]))
    def somebody_moves_it(self, which, start, clinician, how):
        appointment, who = self.one(Appointment, which), self.one(Clinician, clinician)
        with self.perhaps():
            if how != "client":
                change(appointment, start, clinician=who, by=None, overbook=how == "overbook", now=self.now)
                return
            moved = change(appointment, start, by=appointment.client, now=self.now)
            assert start > self.now and not self.is_off(moved.clinician, start)

    @rule(which=ANY, how=st.sampled_from(["client", "staff", "undo", "status"]), status=ANY)
    def somebody_cancels_or_takes_it_back(self, which, how, status):
        appointment = self.one(Appointment, which)
        with self.perhaps():
            match how:
                case "client":
                    cancel(appointment, by=appointment.client, now=self.now)
                case "staff":
                    cancel(appointment, by=None, now=self.now)
                case "undo":
                    undo_cancellation(appointment, by=appointment.client, now=self.now)
                case "status":
                    set_status(appointment, self.one(AppointmentStatus, status), by=None, now=self.now)

    # -- Online booking

    @initialize(start=STARTS)
    def somebody_is_about_to_pay(self, start):
        self.somebody_asks_and_goes_on(None, 0, 1, start)

    @rule(client=st.none() | ANY, clinician=st.none() | ANY, kind=ANY, start=STARTS)
    def somebody_asks_and_goes_on(self, client, clinician, kind, start):
        """Nia, whom nobody knows, or a client who is signed in; to somebody or to anyone."""
        clinic = self.clinic
        with self.perhaps():
            request_booking(
                clinic.site,
                self.one(AppointmentType, kind),
                clinic.location,
                None if clinician is None else self.one(Clinician, clinician),
                start,
                by=NIA if client is None else self.one(Client, client),
                key=f"form-{next(self.keys)}",
                now=self.now,
            )
        self.somebody_goes_on(-1, "pay" if self.one(AppointmentType, kind).to_pay else "link")

    @rule(which=ANY, how=st.sampled_from(["link", "confirm", "pay"]))
    def somebody_goes_on(self, which, how):
        if not BookingRequest.objects.exists():
            return
        asked = self.one(BookingRequest, which)
        with self.perhaps():
            match how:
                case "link":
                    ask_to_confirm(asked, ip=None, now=self.now)
                case "confirm":
                    confirm_booking(asked, now=self.now)
                case "pay":
                    ask_to_pay(asked, amount_shown=asked.appointment_type.to_pay, ip=None, now=self.now)

    @precondition(lambda self: Payment.objects.filter(method="online").exists())
    @rule(which=ANY, state=st.sampled_from([State.PAID, State.PAID, State.PAID, State.FAILED, State.WAITING]))
    def the_provider_reports(self, which, state):
        payment = self.one(Payment, which, method="online")
        settled = settle_payment(payment, Report(state, payment.amount, payment.currency, "R", {}), now=self.now)
        assert state is not State.PAID or settled.state == "paid"

    @precondition(lambda self: Payment.objects.filter(method="online").exists())
    @rule(which=ANY, amount=st.sampled_from([Decimal(1), Decimal(999)]))
    def another_amount_comes(self, which, amount):
        payment = self.one(Payment, which, method="online")
        with self.perhaps(WrongAmount):
            settle_payment(payment, Report(State.PAID, amount, payment.currency, "R", {}), now=self.now)
            raise AssertionError("another amount was taken")

    # -- What staff do besides

    @rule(which=ANY, decision=st.sampled_from([None, "refunded", "partly", "not_due"]))
    def staff_take_money_or_decide(self, which, decision):
        if decision is None:
            record_payment(self.one(Appointment, which), Decimal(5), method="cash", by=None, now=self.now)
        elif Refund.objects.exists():
            amount = Decimal(1) if decision == "partly" else None
            with self.perhaps():
                decide_refund(self.one(Refund, which), decision, amount=amount, by=None, now=self.now)

    @rule(what=st.sampled_from(["deposit", "full", "length", "online", "off", "back"]), clinician=ANY, start=STARTS)
    def staff_edit(self, what, clinician, start):
        kind = AppointmentType.objects.order_by("pk").last()
        who = self.one(Clinician, clinician)
        match what:
            case "deposit":
                kind.deposit = 45 - kind.deposit
            case "full":
                kind.payment = "full" if kind.payment == "deposit" else "deposit"
            case "length":
                kind.duration_minutes = 75 - kind.duration_minutes
            case "online":
                Clinician.objects.filter(pk=who.pk).update(available_online=not who.available_online)
            case "off":
                TimeOff.objects.create(clinician=who, start=start, end=start + timedelta(hours=1))
            case "back":
                TimeOff.objects.all().delete()
        kind.save()

    @rule(passed=st.sampled_from([timedelta(minutes=5), timedelta(minutes=16), timedelta(hours=7), A_DAY]))
    def time_passes(self, passed):
        self.now += passed
        purge(now=self.now)

    # -- What is promised

    @invariant()
    def nobody_is_booked_over_another(self):
        standing = Appointment.objects.filter(holds_place=True, overbooked=False)
        for one, other in _pairs_of_one_diary(standing):
            assert not _overlap(one, other), (one.start, other.start)

    @invariant()
    def a_place_is_held_or_free(self):
        held = Hold.objects.filter(expires_at__gt=self.now)
        for one, other in _pairs_of_one_diary(held):
            assert not _overlap(one, other)
        for hold in held:
            for appointment in Appointment.objects.filter(
                clinician=hold.clinician_id, holds_place=True, overbooked=False
            ):
                assert not _overlap(hold, appointment)
        booked = BookingRequest.objects.filter(state="booked")
        assert not {one.hold_key for one in booked} & set(Hold.objects.values_list("key", flat=True))

    @invariant()
    def a_status_says_whether_the_place_is_held(self):
        for appointment in Appointment.objects.select_related("status"):
            assert appointment.holds_place == appointment.status.attending
            length = appointment.end - appointment.start, appointment.busy_until - appointment.end
            assert self.lengths.setdefault(appointment.pk, length) == length  # whatever is edited

    @invariant()
    def history_ends_with_how_it_stands(self):
        for appointment in Appointment.objects.filter(events__isnull=False).distinct():
            last = appointment.events.order_by("pk").last()
            now = appointment.start, appointment.status_id, appointment.clinician_id
            assert (last.new_start, last.new_status_id, last.new_clinician_id) == now

    @invariant()
    def nothing_is_lost(self):
        for model, seen in self.seen.items():
            pks = set(model.objects.values_list("pk", flat=True))
            assert seen <= pks
            seen |= pks
        paid = dict(Payment.objects.filter(state="paid").values_list("pk", "amount"))
        assert self.paid.items() <= paid.items()
        self.paid = paid

    @invariant()
    def what_is_paid_is_booked_or_decided_about(self):
        for payment in Payment.objects.filter(state="paid").select_related("appointment"):
            refunds = list(payment.refunds.all())
            appointment = payment.appointment
            if appointment is None or not appointment.holds_place:
                assert refunds, payment
            elif appointment.holds_place:
                assert not [one for one in refunds if (one.why, one.decision) == ("cancelled", "to_decide")]
            assert sum(one.decision == "to_decide" for one in refunds) <= 1

    @invariant()
    def one_request_is_one_appointment(self):
        for asked in BookingRequest.objects.select_related("appointment"):
            assert (asked.state == "booked") == (asked.appointment is not None)
            booking = [one for one in asked.payments.filter(state="paid") if not one.refunds.filter(why="twice")]
            assert len(booking) <= 1 or asked.appointment is None

    @invariant()
    def each_occasion_is_told_once(self):
        to_clients = OutboundMessage.objects.filter(event__kind__in=TOLD_OF, client__isnull=False)
        told = Counter(to_clients.exclude(about="reminder").values_list("event", "channel"))
        assert set(told.values()) <= {1}
        by_email = {event for event, channel in told if channel == "email"}
        events = AppointmentEvent.objects.filter(kind__in=TOLD_OF)
        assert by_email >= {event.pk for event in events if event.new_start > event.at}
        to_staff = OutboundMessage.objects.filter(about="staff").values_list("dedupe_key", flat=True)
        occasions = Counter(":".join(key.split(":")[:2]) for key in to_staff)
        for event in events:
            assert occasions[f"event:{event.pk}"] == 1
        for refund in Refund.objects.all():
            assert occasions[f"refund:{refund.pk}"] == 1

    @invariant()
    def each_payment_is_confirmed_once(self):
        said = Counter(OutboundMessage.objects.filter(about__in=MONEY).values_list("payment", flat=True))
        known = Payment.objects.filter(state="paid")
        assert set(said) <= set(known.values_list("pk", flat=True)) and set(said.values()) <= {1}
        for payment in known.exclude(appointment=None):
            assert said[payment.pk] == 1
            lines = payment.appointment.events.filter(kind="paid", payment=payment).count()
            assert lines == (0 if payment.refunds.filter(why="twice").exists() else 1)


def _as_it_is() -> list:
    return [list(model.objects.order_by("pk").values_list()) for model in ALL_OF_IT]


def _pairs_of_one_diary(places):
    return [(one, other) for one, other in combinations(places, 2) if one.clinician_id == other.clinician_id]


def _overlap(one, other) -> bool:
    return one.start < other.busy_until and other.start < one.busy_until


@pytest.fixture
def practice(clinic, settings):
    take_money(
        settings,
        CHANGES_PER_CLIENT=1000,
        BOOKING_REQUESTS_PER_CONTACT=1000,
    )
    BookingSettings.objects.update(enabled=True, confirm_contact=False, lead_time=timedelta(0))
    paid_for = make_type(name="Assessment", buffer_minutes=15, price=48, payment="deposit", deposit=20)
    clinic.clinician.appointment_types.add(paid_for)
    kinds = [clinic.appointment_type, paid_for]
    make_clinician(name="Ben Adeyemi", locations=[clinic.location], appointment_types=kinds)
    make_client(first_name="Tom", email="tom@example.org", mobile="")
    assert {default_status().attending, cancelled_status().attending} == {True, False}
    return clinic


def test_whatever_happens_in_whatever_order(practice):
    run_state_machine_as_test(
        lambda: Practice(practice),
        settings=how_long(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
