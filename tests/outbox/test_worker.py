"""The worker itself: it makes its own timetable, and ends when it is told to, whoever hears it."""

import os
import signal
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django_q.models import Schedule

from wagtail_clientportal.models import Heartbeat
from wagtail_clientportal.outbox.schedule import SCHEDULES, in_worker

from .clusters import Machines

Q_CLUSTER = {"name": f"clientportal_worker_{os.getpid()}", "orm": "default", "timeout": 60, "retry": 120, "workers": 2}
A_WHILE = 20  # seconds; it takes two


@pytest.fixture
def machines(tmp_path):
    machines = Machines(tmp_path, Q_CLUSTER, mail_port=1)
    yield machines
    machines.close()


def names():
    return sorted(Schedule.objects.values_list("name", flat=True))


def left_of(worker: subprocess.Popen) -> list[str]:
    """The processes of its group that still run."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    processes = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [args for group, state, args in processes if int(group) == worker.pid and not state.startswith("Z")]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    "tell",
    [
        pytest.param(lambda worker: worker.send_signal(signal.SIGTERM), id="the worker alone is told"),
        pytest.param(lambda worker: os.killpg(worker.pid, signal.SIGTERM), id="its whole group is told"),
    ],
)
def test_a_worker_makes_its_timetable_keeps_it_and_ends_when_told(machines, tell):
    # As where Q_CLUSTER was added after the last migrate.
    Schedule.objects.all().delete()
    Heartbeat.objects.all().delete()
    worker = machines.start_cluster("worker")
    machines.wait_until(lambda: names() == sorted(SCHEDULES), "the timetable is made, each line once")
    machines.wait_until(Heartbeat.objects.exists, "a sweep has come to its end")
    assert len(left_of(worker)) > 1
    tell(worker)
    assert worker.wait(timeout=A_WHILE) == 0
    assert left_of(worker) == []


@pytest.mark.django_db
def test_whoever_makes_the_timetable_at_the_same_moment_makes_it_once(monkeypatch):
    Schedule.objects.all().delete()
    monkeypatch.setattr("wagtail_clientportal.outbox.schedule.lacking_schedules", lambda: set(SCHEDULES))
    for _process in range(3):
        in_worker(sender="django_q")
    assert names() == sorted(SCHEDULES)


@pytest.mark.django_db
def test_a_timetable_that_somebody_changed_by_hand_is_left_as_it_is():
    sweep = "wagtail_clientportal: send what is due"
    Schedule.objects.filter(name=sweep).update(minutes=5)
    in_worker(sender="django_q")
    assert Schedule.objects.get(name=sweep).minutes == 5


def test_a_site_without_a_queue_is_told_what_the_worker_needs(settings):
    del settings.Q_CLUSTER
    with pytest.raises(CommandError, match='"orm": "default"'):
        call_command("clientportal_worker")
