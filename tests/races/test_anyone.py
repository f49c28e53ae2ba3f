"""More people than clinicians want one time, with anyone: every place is filled, none twice."""

from collections import Counter

from .racers import DONE, RACERS
from .times import slots

ROUNDS, CLINICIANS = 8, 5


def test_of_eight_who_want_anyone_as_many_are_seen_as_there_are_clinicians(arena):
    clinic = arena.referee("open_clinic", clients=RACERS, clinicians=CLINICIANS)
    for slot in slots(ROUNDS):
        entries = [
            {
                "client": client,
                "location": clinic["location"],
                "appointment_type": clinic["appointment_type"],
                "start": slot,
            }
            for client in clinic["clients"]
        ]
        said = Counter(outcome.said for outcome in arena.race("book_anyone", entries))
        assert said == {DONE: CLINICIANS, "SlotTaken": RACERS - CLINICIANS}
    diary = arena.referee("diary", clinicians=clinic["clinicians"])
    places = [(clinician, start) for clinician, _client, _pk, start, _until in diary]
    assert len(places) == len(set(places)) == ROUNDS * CLINICIANS


def test_of_eight_who_confirm_one_booking_all_get_the_same_appointment(arena):
    clinic = arena.referee("open_clinic", clients=1, clinicians=CLINICIANS)
    for slot in slots(ROUNDS):
        asked = arena.referee(
            "ask_for_anyone",
            client=clinic["clients"][0],
            location=clinic["location"],
            appointment_type=clinic["appointment_type"],
            start=slot,
        )
        outcomes = arena.race("confirm_booking", [{"asked": asked}] * RACERS)
        assert {outcome.said for outcome in outcomes} == {DONE}
    assert len(arena.referee("diary", clinicians=clinic["clinicians"])) == ROUNDS
