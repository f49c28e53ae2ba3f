"""The last hopes of one piece of news fail at the same moment."""

from collections import Counter

from .racers import DONE, RACERS
from .times import slots

ROUNDS = 5


def test_of_eight_messages_that_fail_at_once_one_knows_that_it_was_the_last(arena):
    clinic = arena.referee("open_clinic", clients=1)
    [clinician], [client] = clinic["clinicians"], clinic["clients"]
    for start in slots(ROUNDS):
        appointment = arena.referee(
            "arrange",
            client=client,
            clinician=clinician,
            location=clinic["location"],
            appointment_type=clinic["appointment_type"],
            start=start,
        )
        messages = arena.referee("cancel_with_as_many_messages", appointment=appointment, messages=RACERS)
        outcomes = arena.race("deliver", [{"message": message} for message in messages])
        assert Counter((outcome.said, outcome.detail) for outcome in outcomes) == {(DONE, "failed"): RACERS}
        assert arena.referee("asked_to_ring", appointment=appointment) == 1
