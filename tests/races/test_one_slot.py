"""Eight clients want one slot."""

from collections import Counter
from itertools import pairwise

import pytest

from .racers import DONE, RACERS, Outcome
from .times import asked_for, old_places, slots

ROUNDS = 50

SECOND_WALL = {"postgresql": ["cp_appointment_no_double_booking"]}


def winner_of(outcomes: list[Outcome]) -> int:
    """Return which racer won. There is one, and every other was told that the slot is taken and nothing else."""
    said = Counter(outcome.said for outcome in outcomes)
    assert said == {DONE: 1, "SlotTaken": RACERS - 1}, [outcome for outcome in outcomes if outcome.said != "SlotTaken"]
    return next(racer for racer, outcome in enumerate(outcomes) if outcome.said == DONE)


def assert_no_overlap(diary):
    """:param diary: of one clinician, by time: (clinician, client, appointment, start, busy_until)."""
    for earlier, later in pairwise(diary):
        assert earlier[4] <= later[3], (earlier, later)


def test_the_judge_accepts_nothing_but_one_winner():
    taken, done, locked = Outcome("SlotTaken"), Outcome(DONE), Outcome("OperationalError", "database is locked")
    assert winner_of([taken, taken, done] + [taken] * 5) == 2
    for outcomes in ([done, done] + [taken] * 6, [taken] * 8, [done, locked] + [taken] * 6):
        with pytest.raises(AssertionError):
            winner_of(outcomes)


def test_the_database_itself_refuses_an_overlap_on_postgresql(arena):
    assert arena.referee("exclusion_constraints") == SECOND_WALL.get(arena.server, [])


def test_of_eight_who_book_one_slot_one_gets_it(arena):
    clinic = arena.referee("open_clinic", clients=RACERS)
    [clinician], clients = clinic["clinicians"], clinic["clients"]
    where = {"clinician": clinician, "location": clinic["location"], "appointment_type": clinic["appointment_type"]}
    expected = []
    for number, slot in enumerate(slots(ROUNDS)):
        starts = asked_for(slot, number)
        entries = [where | {"client": client, "start": start} for client, start in zip(clients, starts, strict=True)]
        winner = winner_of(arena.race("book", entries))
        expected.append((clients[winner], starts[winner]))

    diary = arena.referee("diary", clinicians=[clinician])
    assert [(client, start) for _clinician, client, _pk, start, _until in diary] == expected
    assert_no_overlap(diary)
    # Who lost left nothing behind: no history, no message, nothing to be sent.
    counts = arena.referee("count", appointments_of=clients)
    assert counts == {"events": ROUNDS, "messages": ROUNDS, "to_client": ROUNDS}


def test_of_eight_who_move_to_one_slot_one_gets_it_and_the_others_keep_theirs(arena):
    clinic = arena.referee("open_clinic", clients=RACERS)
    [clinician], clients = clinic["clinicians"], clinic["clients"]
    where = {"clinician": clinician, "location": clinic["location"], "appointment_type": clinic["appointment_type"]}
    places = old_places()
    appointments = [
        arena.referee("arrange", **where, client=client, start=start)
        for client, start in zip(clients, places, strict=True)
    ]
    for number, slot in enumerate(slots(ROUNDS)):
        starts = asked_for(slot, number)
        entries = [
            {"appointment": appointment, "start": start}
            for appointment, start in zip(appointments, starts, strict=True)
        ]
        winner = winner_of(arena.race("change", entries))
        places[winner] = starts[winner]
        diary = arena.referee("diary", clinicians=[clinician])
        assert {pk: start for _clinician, _client, pk, start, _until in diary} == dict(
            zip(appointments, places, strict=True)
        )
        assert_no_overlap(diary)

    counts = arena.referee("count", appointments_of=clients)
    assert counts == {"events": ROUNDS, "messages": ROUNDS, "to_client": ROUNDS}
