"""Many answers at once behind one link. The clients are those of tests/factories.py."""

from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest

from .racers import DONE, RACERS
from .times import FIRST_DAY, LATER_DAY

RIGHT = (date(1956, 12, 9), "SW1A 1AA")
GUESSES = 50  # by all of them together
FAILURES = 5  # a link's IDENTITY_FAILURES_PER_LINK
ROUNDS = 5


def said_by_all(outcomes):
    assert {outcome.said for outcome in outcomes} == {DONE}, outcomes
    return [one for outcome in outcomes for one in outcome.detail]


def new_client(arena) -> tuple[int, int]:
    """Return the pks of a client and their appointment. Failed checks count against a client, too: each has few."""
    clinic = arena.referee("open_clinic", clients=1)
    [client], [clinician] = clinic["clients"], clinic["clinicians"]
    appointment = arena.referee(
        "arrange",
        client=client,
        clinician=clinician,
        location=clinic["location"],
        appointment_type=clinic["appointment_type"],
        start=LATER_DAY.replace(hour=9),
    )
    return client, appointment


@pytest.mark.parametrize("kind", ["appointment", "sign-in"])
def test_of_fifty_guesses_by_eight_at_once_five_are_looked_at(arena, kind):
    all_guesses = [(date(1957 + number, 12, 9), "SW1A 1AA") for number in range(GUESSES)]
    guesses = [all_guesses[racer::RACERS] for racer in range(RACERS)]
    for _round in range(ROUNDS):
        client, appointment = new_client(arena)
        if kind == "appointment":
            token = arena.referee("mint_link_to_appointment", appointment=appointment)
        else:
            token = arena.referee("mint_link_for_contact", client=client)
        said = said_by_all(arena.race("verify", [{"token": token, "answers": answers} for answers in guesses]))
        assert Counter(said) == {"IdentityMismatch": FAILURES, "LinkEnded": GUESSES - FAILURES}
        assert arena.referee("link", token=token) == {"failures": FAILURES, "used": False, "alive": False}


def test_a_sign_in_link_that_eight_use_at_once_opens_once(arena):
    client, _appointment = new_client(arena)
    # The same client every time: right answers that came too late are no failed checks, so nothing adds up.
    for _round in range(2 * ROUNDS):
        token = arena.referee("mint_link_for_contact", client=client)
        said = said_by_all(arena.race("verify", [{"token": token, "answers": [RIGHT]}] * RACERS))
        assert Counter(said) == {client: 1, "LinkEnded": RACERS - 1}
        link = arena.referee("link", token=token)
        assert link["used"] and not link["alive"]


def test_a_form_that_one_browser_sends_eight_times_at_once_begins_one_session(arena):
    client, _appointment = new_client(arena)
    answers = {"day": "9", "month": "12", "year": "1956", "postcode": "SW1A 1AA"}
    for number in range(1, ROUNDS + 1):
        outcomes = arena.race("answer", [arena.referee("follow", client=client) | {"answers": answers}] * RACERS)
        assert {outcome.said for outcome in outcomes} == {DONE}, outcomes
        # More than five at once are looked at as guesses: some may hear that the link has ended.
        let_in = Counter(outcome.detail for outcome in outcomes)
        assert let_in[200] >= 1 and let_in[200] + let_in[302] == RACERS
        assert arena.referee("sessions", client=client) == number


@pytest.mark.parametrize("limit", [1, FAILURES, RACERS])
def test_what_may_happen_so_often_is_counted_exactly_when_all_begin_at_once(arena, limit):
    for _round in range(4 * ROUNDS):
        entries = [{"key": f"race:{uuid4()}", "limit": limit}] * RACERS
        outcomes = arena.race("take", entries)
        assert {outcome.said for outcome in outcomes} == {DONE}, outcomes
        assert Counter(outcome.detail for outcome in outcomes) == Counter({True: limit, False: RACERS - limit})


def test_staff_are_told_once_of_what_eight_find_out_at_once(arena):
    arena.referee("open_clinic", clients=0)
    for number in range(1, 4 * ROUNDS):
        now = FIRST_DAY + number * timedelta(hours=1)
        assert {outcome.said for outcome in arena.race("tell_of_burst", [{"now": now}] * RACERS)} == {DONE}
        assert arena.referee("told_to_staff", now=now) == 1
