"""Two records of one client become one while staff book for the one that goes, and move its appointments."""

from .racers import DONE, RACERS
from .times import slots

ROUNDS = 6
MERGES, MOVES, BOOKINGS = 2, 3, 3


def test_whatever_is_arranged_at_the_moment_of_a_merge_is_of_the_record_that_stays(arena):
    assert MERGES + MOVES + BOOKINGS == RACERS
    clinic = arena.referee("open_clinic", clients=1 + ROUNDS, clinicians=3)
    user = arena.referee("staff_user")
    (kept, *others), clinicians = clinic["clients"], clinic["clinicians"]
    where = {"location": clinic["location"], "appointment_type": clinic["appointment_type"]}
    starts = iter(slots(ROUNDS * (2 * MOVES + BOOKINGS)))
    arranged = 0
    for other in others:
        theirs = [
            arena.referee("arrange", client=other, clinician=clinicians[0], start=next(starts), **where)
            for _move in range(MOVES)
        ]
        entries = [{"what": "merge", "kept": kept, "other": other, "user": user}] * MERGES
        entries += [
            {
                "what": "change_by_staff",
                "appointment": one,
                "start": next(starts),
                "clinician": clinicians[1],
                "user": user,
            }
            for one in theirs
        ]
        entries += [
            {"what": "book_by_staff", "client": other, "clinician": clinicians[2], "start": next(starts), **where}
            for _booking in range(BOOKINGS)
        ]
        outcomes = [outcome.said for outcome in arena.race("either", entries)]
        merged, moved, booked = outcomes[:MERGES], outcomes[MERGES:-BOOKINGS], outcomes[-BOOKINGS:]
        assert sorted(merged) == ["AlreadyAnonymised", DONE]
        assert moved == [DONE] * MOVES
        assert set(booked) <= {DONE, "NotAllowed"}
        arranged += MOVES + booked.count(DONE)
        diary = arena.referee("diary", clinicians=clinicians)
        assert [client for _clinician, client, *_place in diary] == [kept] * arranged
