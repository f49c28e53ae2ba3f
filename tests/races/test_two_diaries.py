"""Staff move appointments between clinicians' diaries, all at once."""

from itertools import pairwise

from .racers import DONE, RACERS
from .times import LATER_DAY, old_places, slots

SWAPS = 25
MOVES = 12  # a racer


def test_appointments_that_swap_diaries_at_once_do_not_wait_for_each_other_for_ever(arena):
    clinic = arena.referee("open_clinic", clients=RACERS, clinicians=2)
    user = arena.referee("staff_user")
    clients, clinicians = clinic["clients"], clinic["clinicians"]
    # Half of them in either diary. A swap takes each to the other diary, to the free half of the same hour.
    side = [racer % 2 for racer in range(RACERS)]
    hours = old_places()
    appointments = [
        arena.referee(
            "arrange",
            client=clients[racer],
            clinician=clinicians[side[racer]],
            location=clinic["location"],
            appointment_type=clinic["appointment_type"],
            start=hours[racer],
        )
        for racer in range(RACERS)
    ]
    for _swap in range(SWAPS):
        side = [1 - one for one in side]
        entries = [
            {
                "appointment": appointments[racer],
                "start": hours[racer].replace(minute=30 * (side[racer] != racer % 2)),
                "clinician": clinicians[side[racer]],
                "user": user,
            }
            for racer in range(RACERS)
        ]
        outcomes = arena.race("change_by_staff", entries)
        assert [outcome.said for outcome in outcomes] == [DONE] * RACERS, outcomes
        diary = arena.referee("diary", clinicians=clinicians)
        assert {pk: (clinician, start) for clinician, _client, pk, start, _until in diary} == {
            entry["appointment"]: (entry["clinician"], entry["start"]) for entry in entries
        }


def test_one_appointment_that_eight_move_about_at_once_is_moved_from_where_it_really_was(arena):
    clinic = arena.referee("open_clinic", clients=1, clinicians=3)
    user = arena.referee("staff_user")
    [client], clinicians = clinic["clients"], clinic["clinicians"]
    where = {"location": clinic["location"], "appointment_type": clinic["appointment_type"]}
    appointment = arena.referee("arrange", client=client, clinician=clinicians[0], start=LATER_DAY, **where)
    # Each goes round the diaries in its own time: who has waited for one often finds the appointment gone from it.
    starts = slots(RACERS * MOVES)
    entries = [
        {
            "appointment": appointment,
            "moves": [
                (starts[racer * MOVES + move], clinicians[(racer + move) % len(clinicians)]) for move in range(MOVES)
            ],
            "user": user,
        }
        for racer in range(RACERS)
    ]
    outcomes = arena.race("move_about", entries)
    assert [outcome.said for outcome in outcomes] == [DONE] * RACERS, outcomes

    events = arena.referee("history", appointment=appointment)
    assert len(events) == RACERS * MOVES
    assert (events[0]["old_start"], events[0]["old_clinician"]) == (LATER_DAY, clinicians[0])
    for earlier, later in pairwise(events):
        assert (later["old_start"], later["old_clinician"]) == (earlier["new_start"], earlier["new_clinician"])
    [(clinician, _client, pk, start, _until)] = arena.referee("diary", clinicians=clinicians)
    assert (pk, start, clinician) == (appointment, events[-1]["new_start"], events[-1]["new_clinician"])
