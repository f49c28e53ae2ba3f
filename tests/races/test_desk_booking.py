"""Staff's booking form sent eight times at once, by a hand that trembles or a proxy that tries again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from .racers import DONE, RACERS
from .times import slots

ROUNDS, CLINICIANS = 6, 3
A_WEEK = timedelta(days=7)


@pytest.mark.parametrize("is_new", [False, True], ids=["known", "new"])
@pytest.mark.parametrize("clinicians", [1, CLINICIANS], ids=["one", "anyone"])
def test_one_form_that_is_sent_eight_times_at_once_books_once(arena, clinicians, is_new):
    clinic = arena.referee("open_clinic", clients=1, clinicians=clinicians)
    for number, slot in enumerate(slots(ROUNDS), 1):
        email = f"new.{clinic['location']}.{number}@example.org"
        form = {
            "key": str(uuid4()),
            "client": None if is_new else clinic["clients"][0],
            "email": email,
            "clinicians": clinic["clinicians"],
            "location": clinic["location"],
            "appointment_type": clinic["appointment_type"],
            "starts": [slot, slot + A_WEEK],
        }
        outcomes = arena.race("send_booking_form", [form] * RACERS)
        assert {outcome.said for outcome in outcomes} == {DONE}, outcomes
        [booked] = {tuple(outcome.detail) for outcome in outcomes}
        diary = arena.referee("diary", clinicians=clinic["clinicians"])
        made = [(pk, client) for _clinician, client, pk, start, _until in diary if pk in booked]
        assert len(diary) == 2 * number and len(made) == len(booked) == 2
        if is_new:
            assert arena.referee("clients_with", email=email) == list({client for _pk, client in made})
        for pk in booked:
            assert [event["kind"] for event in arena.referee("history", appointment=pk)] == ["booked"]
            assert arena.referee("said_to_client", appointment=pk) == ["booked"]
