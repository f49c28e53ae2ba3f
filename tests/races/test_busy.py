"""Somebody holds a diary and doesn't let go."""

from datetime import timedelta

from .racers import DONE, RACERS
from .times import old_places

A_MOMENT = timedelta(milliseconds=100)


def test_who_waits_too_long_for_a_diary_is_told_and_changes_nothing_until_it_is_let_go(arena):
    clinic = arena.referee("open_clinic", clients=RACERS)
    [clinician] = clinic["clinicians"]
    where = {"clinician": clinician, "location": clinic["location"], "appointment_type": clinic["appointment_type"]}
    entries = [
        {"appointment": arena.referee("arrange", **where, client=client, start=start)}
        for client, start in zip(clinic["clients"], old_places(), strict=True)
    ]
    before = arena.race("lock_wait", [{}] * RACERS)

    arena.referee("hold_diary", clinician=clinician)
    try:
        outcomes = arena.race("cancel_impatiently", [entry | {"limit": A_MOMENT} for entry in entries])
    finally:
        arena.referee("let_go")
    assert [outcome.said for outcome in outcomes] == ["Busy"] * RACERS, outcomes
    assert len(arena.referee("diary", clinicians=[clinician])) == RACERS
    assert arena.referee("count", appointments_of=clinic["clients"]) == {"events": 0, "messages": 0, "to_client": 0}
    # Whatever else the connection is used for waits as the site wants it.
    assert arena.race("lock_wait", [{}] * RACERS) == before

    outcomes = arena.race("cancel", entries)
    assert [outcome.said for outcome in outcomes] == [DONE] * RACERS, outcomes
    assert arena.referee("diary", clinicians=[clinician]) == []
