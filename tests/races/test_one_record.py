"""One record, and eight who have it open."""

from collections import Counter

from .racers import DONE, RACERS

ROUNDS = 3


def test_of_eight_who_save_a_record_at_once_one_does_and_seven_are_told(arena):
    location = arena.referee("open_clinic", clients=0)["location"]
    for round_ in range(ROUNDS):
        phones = [f"020 7946 1{round_}{number:02}" for number in range(RACERS)]
        outcomes = arena.race("save_location", [{"location": location, "phone": phone} for phone in phones])
        assert Counter(outcome.said for outcome in outcomes) == {DONE: RACERS}, outcomes
        assert Counter(outcome.detail for outcome in outcomes) == {302: 1, 200: RACERS - 1}
        [saved] = [phone for phone, outcome in zip(phones, outcomes, strict=True) if outcome.detail == 302]
        assert arena.referee("phone_of", location=location) == saved
