"""How long does it take to find and queue the reminders of a great many appointments, and in how much memory?

Run by hand; it fills a test database of its own and removes it again::

    python -m tests.benchmarks.bench_reminders [--appointments 100000]

(``CLIENTPORTAL_DATABASE=postgresql`` for PostgreSQL.) Seconds depend on the machine, ratios hold. The floor writes as
many rows of the outbox, made beforehand, in pieces of the same size: what no code could do without. Memory
is the most that Python held at once beyond what it held before, so it must not grow with the appointments.
"""

import argparse
import time as clock
import tracemalloc
from datetime import timedelta
from typing import NamedTuple

from django.db import connection

from tests.benchmarks.own_database import own_database

CHUNK = 500  # rows


class Sweep(NamedTuple):
    """How a sweep went: rows written, seconds, seconds of the floor, and mebibytes at most."""

    reminders: int
    seconds: float
    floor: float
    mebibytes: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.floor


def fill(appointments: int) -> None:
    """Make a clinic with so many appointments tomorrow, each with its history."""
    # Models can be imported only once Django is set up, which a run by hand does itself.
    from tests.factories import NOW, Clinic, default_status
    from wagtail_clientportal.models import Appointment, AppointmentEvent

    clinic, status = Clinic(), default_status()
    for first in range(0, appointments, CHUNK):
        start = NOW + timedelta(hours=20, seconds=first)
        made = Appointment.objects.bulk_create(
            Appointment(
                client=clinic.client,
                clinician=clinic.clinician,
                location=clinic.location,
                appointment_type=clinic.appointment_type,
                start=start,
                end=start + timedelta(minutes=30),
                busy_until=start + timedelta(minutes=30),
                status=status,
                holds_place=True,
                overbooked=True,
            )
            for _number in range(min(CHUNK, appointments - first))
        )
        at = NOW - timedelta(days=9)
        AppointmentEvent.objects.bulk_create(
            AppointmentEvent(appointment=one, kind="booked", at=at, by_kind="staff") for one in made
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure() -> Sweep:
    """Sweep once over a clinic that ``fill`` made, then write the same rows bare."""
    from tests.factories import NOW
    from wagtail_clientportal.communications.reminders import queue_reminders
    from wagtail_clientportal.models import CommunicationTemplate, OutboundMessage

    templates = CommunicationTemplate.objects.filter(event="reminder")
    templates.filter(channel="sms").update(live=False)
    templates.update(first_published_at=None)  # else nothing that was due before the database was made is sent
    tracemalloc.start()
    queue_reminders(NOW - timedelta(days=8))  # nothing is due: what is made once and kept is made here
    before, _peak = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    reminders = queue_reminders(NOW)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    OutboundMessage.objects.filter(about="reminder").delete()
    seconds = _seconds(lambda: queue_reminders(NOW))
    rows = list(OutboundMessage.objects.filter(about="reminder"))
    OutboundMessage.objects.filter(about="reminder").delete()
    for row in rows:
        row.pk = None
    floor = _seconds(lambda: OutboundMessage.objects.bulk_create(rows, batch_size=CHUNK))
    OutboundMessage.objects.filter(about="reminder").delete()
    return Sweep(reminders, seconds, floor, (peak - before) / 2**20)


def _seconds(call) -> float:
    begun = clock.perf_counter()
    call()
    return clock.perf_counter() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--appointments", type=int, default=100_000)
    options = parser.parse_args()
    with own_database():
        fill(options.appointments)
        sweep = measure()
        print(
            f"{connection.vendor}: {sweep.reminders} reminders in {sweep.seconds:.1f} s, {sweep.ratio:.1f} times the "
            f"bare inserts ({sweep.floor:.1f} s), with at most {sweep.mebibytes:.1f} MiB more at once"
        )


if __name__ == "__main__":
    main()
