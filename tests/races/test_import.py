"""An import is killed half-way, as by a power cut, and run again: all is there then, and once."""

import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.factories import NOW
from tests.processes import Processes

from .racers import PATIENCE

ROWS, HALF_HOUR = 1500, timedelta(minutes=30)
HEADINGS = "external_ref,client,clinician,location,appointment_type,start"


@pytest.fixture
def processes():
    processes = Processes()
    yield processes
    processes.kill_all()


def test_killed_half_way_and_run_again_an_import_leaves_what_it_would_have_left_unharmed(arena, processes, tmp_path):
    clinic = arena.referee("open_clinic", clients=3, clinicians=3)
    arena.referee("make_known_elsewhere", **clinic)
    clients, clinicians = clinic["clients"], clinic["clinicians"]
    expected = [_row(number, clients, clinicians) for number in range(ROWS)]
    path, log = tmp_path / "appointments.csv", tmp_path / "log"
    path.write_text("\n".join([HEADINGS, *(_line(row, clinic) for row in expected)]), encoding="utf-8")

    def begin():
        command = [sys.executable, "-m", "django", "clientportal_import", str(path), "--kind", "appointments"]
        return processes.start(command, env=os.environ | arena.environment(), log=log)

    doomed = begin()
    _wait_until(lambda: len(arena.referee("imported", clinicians=clinicians)) > ROWS / 4, log)
    processes.kill(doomed)
    left = len(arena.referee("imported", clinicians=clinicians))
    assert left < ROWS, "the import was to be killed half-way"
    assert left % 100 == 0, "a batch is written whole or not at all"

    assert begin().wait(PATIENCE) == 0
    assert f"New: {ROWS - left}. Changed: 0. Unchanged: {left}. Refused: 0." in log.read_text()
    assert arena.referee("imported", clinicians=clinicians) == sorted(expected)


def _row(number: int, clients: list[int], clinicians: list[int]) -> tuple[str, int, int, datetime, datetime, int]:
    start = NOW + timedelta(days=1) + number // len(clinicians) * HALF_HOUR
    clinician, client = clinicians[number % len(clinicians)], clients[number % len(clients)]
    return f"{clinicians[0]}-{number}", clinician, client, start, start + HALF_HOUR, 1


def _line(row: tuple, clinic: dict) -> str:
    reference, clinician, client, start, _end, _events = row
    where = f"Location {clinic['location']},Type {clinic['appointment_type']}"
    return f"{reference},{client},{clinician},{where},{start.isoformat()}"


def _wait_until(look, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, log.read_text()
