"""A clearing is done one appointment after the other, goes on where it was cut off, and tells nobody twice."""

import os
import signal
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections

from tests.factories import NOW, make_client, make_clinician
from wagtail_clientportal.actions.cancel import cancel
from wagtail_clientportal.clearing import runs
from wagtail_clientportal.clearing.offers import BeginWith
from wagtail_clientportal.models import (
    Appointment,
    AppointmentEvent,
    Clearing,
    ClearingLine,
    OutboundMessage,
    TimeOff,
)

WEDNESDAY = NOW.replace(hour=0) + timedelta(days=2)
A_DAY = timedelta(days=1)
LATER = NOW + runs.LEASE + timedelta(seconds=1)


def clear(clinic, *, begin_with=BeginWith.CANCEL, words="", begun=True, clinicians=()):
    """A clearing of the clinician's Wednesday, with all of its appointments."""
    clearing = Clearing(clinician=clinic.clinician, start=WEDNESDAY, end=WEDNESDAY + A_DAY, created_at=NOW, words=words)
    hit = list(Appointment.objects.filter(clinician=clinic.clinician, holds_place=True).order_by("start"))
    runs.prepare(clearing, hit, [clinic.clinician, *clinicians], begin_with=begin_with, now=NOW)
    if begun:
        Clearing.objects.update(state="under_way")
    return clearing


def five(clinic):
    """Four more appointments that Wednesday."""
    for number in range(4):
        person = make_client(first_name=f"Jo {number}", email=f"jo{number}@example.org", mobile="")
        clinic.book(client=person, start=WEDNESDAY + timedelta(hours=11 + number))


def lines():
    return list(ClearingLine.objects.order_by("seen_start"))


def events():
    return AppointmentEvent.objects.filter(kind__in=["cancelled", "changed"])


def told():
    return OutboundMessage.objects.filter(client__isnull=False).exclude(about="reminder")


def test_all_are_cancelled_and_time_off_is_laid_at_the_end(clinic):
    five(clinic)
    clearing = clear(clinic, words="Ada is away. We are sorry.")
    runs.work_on(clearing.pk, now=NOW)
    clearing.refresh_from_db()
    assert clearing.state == "done" and clearing.ended_at == NOW
    assert [line.state for line in lines()] == ["done"] * 5
    assert not Appointment.objects.filter(holds_place=True).exists()
    assert clearing.time_off == TimeOff.objects.get()
    assert (clearing.time_off.start, clearing.time_off.end) == (WEDNESDAY, WEDNESDAY + A_DAY)
    assert set(events().values_list("words", flat=True)) == {"Ada is away. We are sorry."}


def test_they_move_to_the_same_clinician_later_each_to_a_time_of_its_own(clinic):
    five(clinic)
    runs.work_on(clear(clinic, begin_with=BeginWith.SAME_CLINICIAN).pk, now=NOW)
    starts = set(Appointment.objects.filter(holds_place=True).values_list("start", flat=True))
    assert len(starts) == 5 and min(starts) >= WEDNESDAY + A_DAY
    assert not Appointment.objects.filter(overbooked=True).exists()


def test_they_move_to_whoever_does_that_type_there_as_near_as_possible(clinic):
    ben = make_clinician(name="Ben", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    make_clinician(name="Cy", locations=[clinic.location])  # doesn't do that
    clear(clinic, begin_with=BeginWith.ANOTHER_CLINICIAN, clinicians=[ben])
    start = clinic.appointment.start
    runs.work_on(Clearing.objects.get().pk, now=NOW)
    clinic.appointment.refresh_from_db()
    assert (clinic.appointment.clinician, clinic.appointment.start) == (ben, start)


def test_nobody_is_sent_to_two_places_at_once(clinic):
    clinic.book(client=clinic.client, start=clinic.appointment.start, overbooked=True)
    others = [
        make_clinician(name=name, locations=[clinic.location], appointment_types=[clinic.appointment_type])
        for name in ("Ben", "Cy")
    ]
    clear(clinic, begin_with=BeginWith.ANOTHER_CLINICIAN, clinicians=others)
    first, second = lines()
    assert abs(first.new_start - second.new_start) >= clinic.appointment.duration


def test_what_is_to_stay_stays(clinic):
    clearing = clear(clinic)
    ClearingLine.objects.update(decision="leave")
    runs.work_on(clearing.pk, now=NOW)
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.holds_place and not events().exists()
    assert Clearing.objects.get().state == "done"


def test_what_somebody_changed_in_the_meantime_is_left_alone(clinic):
    clearing = clear(clinic)
    Appointment.objects.update(start=WEDNESDAY + timedelta(hours=15), end=WEDNESDAY + timedelta(hours=16))
    runs.work_on(clearing.pk, now=NOW)
    [line] = lines()
    assert (line.state, line.why) == ("refused", "changed")
    assert not events().exists() and not told().exists()
    assert TimeOff.objects.exists()


def test_a_time_that_was_taken_in_the_meantime_is_not_overbooked(clinic):
    clearing = clear(clinic, begin_with=BeginWith.SAME_CLINICIAN)
    clinic.book(client=make_client(first_name="Quick"), start=lines()[0].new_start)
    runs.work_on(clearing.pk, now=NOW)
    [line] = lines()
    assert (line.state, line.why) == ("refused", "taken")
    clinic.appointment.refresh_from_db()
    assert clinic.appointment.start == line.seen_start


def test_nobody_goes_to_a_clinician_who_has_gone(clinic):
    ben = make_clinician(name="Ben", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    clearing = clear(clinic, begin_with=BeginWith.ANOTHER_CLINICIAN, clinicians=[ben])
    ben.is_active = False
    ben.save()
    runs.work_on(clearing.pk, now=NOW)
    assert [line.why for line in lines()] == ["taken"]


def test_what_nobody_foresaw_keeps_nobody_else_from_being_told(clinic, monkeypatch):
    five(clinic)
    clearing = clear(clinic)

    def stumble(appointment, **values):
        if appointment == clinic.appointment:
            raise ZeroDivisionError
        return cancel(appointment, **values)

    monkeypatch.setattr(runs, "cancel", stumble)
    runs.work_on(clearing.pk, now=NOW)
    assert [line.why for line in lines()] == ["unforeseen", "", "", "", ""]
    assert Clearing.objects.get().state == "done"


def test_two_workers_do_not_work_on_one_clearing(clinic):
    clearing = clear(clinic)
    Clearing.objects.update(leased_until=NOW + timedelta(seconds=1))
    runs.work_on(clearing.pk, now=NOW)
    assert not events().exists()
    runs.work_on(clearing.pk, now=LATER)
    assert events().count() == 1


def test_a_worker_that_was_overtaken_stops_and_lays_no_second_time_off(clinic, monkeypatch):
    five(clinic)
    clearing = clear(clinic)

    def overtaken(appointment, **values):
        Clearing.objects.filter(leased_until__lt=LATER).update(leased_until=LATER)
        return cancel(appointment, **values)

    monkeypatch.setattr(runs, "cancel", overtaken)
    runs.work_on(clearing.pk, now=NOW)
    assert events().count() == 1 and not TimeOff.objects.exists()


def test_of_two_clearings_of_one_day_the_second_finds_it_done_and_tells_nobody_again(clinic):
    five(clinic)
    for clearing in (clear(clinic), clear(clinic, begun=False)):
        Clearing.objects.filter(pk=clearing.pk).update(state="under_way")
    first, second = Clearing.objects.order_by("pk")
    for clearing in (first, second):
        runs.work_on(clearing.pk, now=NOW)
    assert events().count() == 5
    assert [line.why for line in second.lines.all()] == ["changed"] * 5


def test_without_a_worker_cron_goes_on(clinic, settings):
    del settings.Q_CLUSTER
    clear(clinic)
    call_command("clientportal_send", verbosity=0)
    assert Clearing.objects.get().state == "done"


def test_with_a_worker_what_nobody_has_in_hand_is_handed_to_it(clinic, monkeypatch):
    handed = []
    monkeypatch.setattr(runs, "enqueue", lambda task, pk, **options: handed.append((task, pk)))
    clearing = clear(clinic)
    runs.go_on(NOW)
    Clearing.objects.update(leased_until=NOW + timedelta(seconds=1))
    runs.go_on(NOW)
    assert handed == [(runs.TASK, clearing.pk)]


def test_an_old_clearing_is_forgotten_and_what_it_did_stays(clinic):
    runs.work_on(clear(clinic).pk, now=NOW)
    runs.go_on(NOW + runs.FORGET_AFTER + A_DAY)
    assert not Clearing.objects.exists() and events().count() == 1 and TimeOff.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("within_transaction", [True, False], ids=["before the commit", "after the commit"])
def test_a_worker_that_is_killed_half_way_is_gone_on_from_and_nobody_is_told_twice(clinic, within_transaction):
    five(clinic)
    clearing = clear(clinic)
    connections.close_all()
    worker = os.fork()
    if not worker:
        _die_at_the_third(clearing.pk, within_transaction=within_transaction)
    _pid, status = os.waitpid(worker, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert events().count() == (2 if within_transaction else 3)
    assert not TimeOff.objects.exists()

    runs.work_on(clearing.pk, now=NOW)
    assert events().count() == (2 if within_transaction else 3)  # as long as the dead worker may be at it
    runs.work_on(clearing.pk, now=LATER)
    assert [line.state for line in lines()] == ["done"] * 5
    assert events().count() == 5 and TimeOff.objects.count() == 1
    assert sorted(told().filter(channel="email").values_list("client__first_name", flat=True)) == [
        "Jo 0",
        "Jo 1",
        "Jo 2",
        "Jo 3",
        "Margaret",
    ]


def _die_at_the_third(pk, *, within_transaction):
    """Work on the clearing in this process until the third appointment, and die as in a power cut."""
    number = 0

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def doomed(appointment, *, note, **values):
        nonlocal number
        number += 1

        def noted(event):
            note(event)
            if number == 3 and within_transaction:
                die()

        done = cancel(appointment, note=noted, **values)
        if number == 3:
            die()
        return done

    try:
        runs.cancel = doomed
        runs.work_on(pk, now=NOW)
    finally:
        os._exit(1)  # never back into the tests
