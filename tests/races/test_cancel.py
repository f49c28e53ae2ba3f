"""One form sent eight times."""

from collections import Counter

from .racers import DONE, RACERS
from .times import slots

ROUNDS = 10


def test_a_cancellation_sent_eight_times_at_once_happens_once(arena):
    clinic = arena.referee("open_clinic", clients=1)
    [clinician], [client] = clinic["clinicians"], clinic["clients"]
    for number, start in enumerate(slots(ROUNDS), 1):
        appointment = arena.referee(
            "arrange",
            client=client,
            clinician=clinician,
            location=clinic["location"],
            appointment_type=clinic["appointment_type"],
            start=start,
        )
        outcomes = arena.race("cancel", [{"appointment": appointment}] * RACERS)
        assert Counter(outcome.said for outcome in outcomes) == {DONE: 1, "NotCurrent": RACERS - 1}
        assert [event["kind"] for event in arena.referee("history", appointment=appointment)] == ["cancelled"]
        assert arena.referee("said_to_client", appointment=appointment) == ["cancelled"]
        counts = arena.referee("count", appointments_of=[client])
        assert counts == {"events": number, "messages": number, "to_client": number}
    assert arena.referee("diary", clinicians=[clinician]) == []
