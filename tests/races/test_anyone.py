"""More people than places want one time, with anyone: every place is filled, none twice, and nobody refused before."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.factories import NOW

from .racers import CROWD, DONE, RACERS
from .times import slots

ROUNDS = 5
CLINICIANS = 20
KEPT_FOR = timedelta(minutes=15)


def test_of_thirty_two_whom_sixteen_book_in_as_many_are_seen_as_there_are_clinicians(arena):
    clinic = arena.referee("open_clinic", clients=2 * CROWD, clinicians=CLINICIANS)
    clients, clinicians = clinic.pop("clients"), clinic.pop("clinicians")
    [slot] = slots(1)
    entries = [clinic | {"clients": clients[number::CROWD], "start": slot} for number in range(CROWD)]
    outcomes = arena.race("book_anyone", entries)
    assert {outcome.said for outcome in outcomes} == {DONE}, outcomes
    said = Counter(one for outcome in outcomes for one in outcome.detail)
    assert said == {DONE: CLINICIANS, "SlotTaken": 2 * CROWD - CLINICIANS}
    assert _filled(arena, clinicians, slot) == sorted(clinicians)


@pytest.mark.parametrize("minutes", [14, 15], ids=["still-kept", "just-lapsed"])
def test_where_the_holds_of_eight_lapse_while_they_confirm_and_eight_others_ask_all_places_are_filled(arena, minutes):
    clinic = arena.referee("open_clinic", clients=0, clinicians=RACERS)
    clinicians, now = clinic.pop("clinicians"), NOW + timedelta(minutes=minutes)
    del clinic["clients"]
    for slot in slots(2):
        asked = [
            arena.referee(
                "ask_for_anyone", who=f"{number}.{slot:%d%H}.{clinic['location']}@example.org", start=slot, **clinic
            )
            for number in range(CROWD)
        ]
        kept, new = asked[:RACERS], asked[RACERS:]
        arena.referee("hold", asked=kept)
        entries = [{"what": "confirm_booking", "asked": one, "now": now} for one in kept]
        entries += [{"what": "ask_to_confirm", "asked": one, "now": now} for one in new]
        said = [outcome.said for outcome in arena.race("either", entries)]
        assert Counter(said) == {DONE: RACERS, "SlotTaken": CROWD - RACERS}, said
        if now < NOW + KEPT_FOR:
            assert said[:RACERS] == [DONE] * RACERS
        held = arena.referee("held", clinicians=clinicians, start=slot, now=now)
        assert sorted(_filled(arena, clinicians, slot) + held) == sorted(clinicians)


def test_of_eight_who_confirm_one_booking_all_get_the_same_appointment(arena):
    clinic = arena.referee("open_clinic", clients=1, clinicians=5)
    clinicians, [client] = clinic.pop("clinicians"), clinic.pop("clients")
    for slot in slots(ROUNDS):
        asked = arena.referee("ask_for_anyone", who=client, start=slot, **clinic)
        outcomes = arena.race("confirm_booking", [{"asked": asked}] * RACERS)
        assert {outcome.said for outcome in outcomes} == {DONE}
    assert len(arena.referee("diary", clinicians=clinicians)) == ROUNDS


def _filled(arena, clinicians: list[int], slot) -> list[int]:
    """The clinicians who see somebody then, one for each whom they see."""
    booked = arena.referee("diary", clinicians=clinicians)
    return sorted(clinician for clinician, _client, _pk, start, _until in booked if start == slot)
