"""The provider reports of one booking eight times at the same moment."""

from collections import Counter

import pytest

from .racers import DONE, RACERS
from .times import slots

ROUNDS = 5
BOOKED = {"receipts": 1, "holds": 0}


@pytest.fixture
def rounds(arena):
    """Each round's start, its two payments for one booking, and the diary that it is for."""
    clinic = arena.referee("open_clinic", clients=ROUNDS + 1)
    [clinician] = clinic.pop("clinicians")
    clients = clinic.pop("clients")
    entries = [clinic | {"clinician": clinician, "client": client} for client in clients]
    return clinician, entries


def race(arena, rounds, reports, *, place_is_gone=False):
    """Have eight *reports* come in for each of the rounds' bookings; yield what each made of it.

    :param reports: for each racer the number of the payment, and what is reported of it.
    """
    clinician, entries = rounds
    for start, entry in zip(slots(ROUNDS), entries, strict=False):
        payments = arena.referee("begin_to_pay", start=start, **entry)
        if place_is_gone:
            arena.referee("arrange", start=start, **entry | {"client": entries[-1]["client"]})
        outcomes = arena.race("report", [{"payment": payments[number]} | said for number, said in reports])
        paid = arena.referee("what_was_paid", payments=payments)
        places = [place for place in arena.referee("diary", clinicians=[clinician]) if place[3] == start]
        yield Counter(outcome.said for outcome in outcomes), paid, places


PAID, FAILED = {"state": "PAID"}, {"state": "FAILED"}


@pytest.mark.parametrize(
    "reports", [[(0, PAID)] * RACERS, [(0, PAID), (0, FAILED)] * (RACERS // 2)], ids=["paid", "paid-and-failed"]
)
def test_reported_eight_times_at_once_it_is_booked_and_paid_once(arena, rounds, reports):
    for said, paid, [place] in race(arena, rounds, reports):
        assert said == {DONE: RACERS}
        appointment = place[2]
        assert paid == BOOKED | {
            "states": ["paid", "waiting"],
            "refunds": [],
            "told": 0,
            "appointments": [appointment],
        }
        assert [event["kind"] for event in arena.referee("history", appointment=appointment)] == ["booked", "paid"]
        assert sorted(arena.referee("said_to_client", appointment=appointment)) == ["booked_online", "paid"]


def test_of_two_payments_for_one_booking_one_books_and_the_other_is_decided_about(arena, rounds):
    for said, paid, [place] in race(arena, rounds, [(0, PAID), (1, PAID)] * (RACERS // 2)):
        assert said == {DONE: RACERS}
        assert paid == BOOKED | {
            "states": ["paid", "paid"],
            "refunds": ["twice"],
            "told": 1,
            "appointments": [place[2]],
        }


def test_where_the_place_has_gone_it_is_decided_about_once(arena, rounds):
    for said, paid, places in race(arena, rounds, [(0, PAID)] * RACERS, place_is_gone=True):
        assert said == {DONE: RACERS} and len(places) == 1
        assert paid == {
            "states": ["paid", "waiting"],
            "refunds": ["no_place"],
            "receipts": 0,
            "told": 1,
            "appointments": [],
            "holds": 0,
        }


def test_another_amount_reported_eight_times_is_told_once(arena, rounds):
    for said, paid, places in race(arena, rounds, [(0, PAID | {"amount": "4.80"})] * RACERS):
        assert said == {"WrongAmount": RACERS} and not places
        assert (paid["states"], paid["told"], paid["refunds"]) == (["waiting", "waiting"], 1, [])
