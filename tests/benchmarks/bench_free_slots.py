"""How long does finding free slots take, beside the least that any code could take on the same machine?

Run by hand; it fills a test database of its own and removes it again::

    python -m tests.benchmarks.bench_free_slots [--rounds 30] [--past 1000000]

(``CLIENTPORTAL_DATABASE=postgresql`` for PostgreSQL.) Milliseconds depend on the machine, ratios hold. The floor is
one query of the bare driver on a table of integer minutes and one sweep in plain Python, for a clinic whose hours are
constants and whose clocks never change.
"""

import argparse
import random
import statistics
import time as clock
from datetime import UTC, datetime, time, timedelta

from django.db import connection

from tests.benchmarks.own_database import own_database

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday; London stays on UTC for all of the 60 days
START, DAYS = NOW.replace(hour=0), 60
HOURS = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))  # minutes since midnight, Monday to Friday
STEP, DURATION, BUFFER = 15, 30, 5  # minutes
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FLOOR_TABLE = "bench_free_slots_floor"


class Practice:
    """Clinicians who work in two stretches a day and are about half full for 60 days to come.

    :param past: appointments that are over already, for all clinicians together.
    """

    def __init__(self, clinicians: int = 20, past: int = 0):
        # Models can be imported only once Django is set up, which a run by hand does itself.
        from tests.factories import make_client, make_clinician, make_location, make_type, open_portal
        from wagtail_clientportal.models import WorkingHours

        open_portal()
        self.location = make_location()
        self.appointment_type = make_type(duration_minutes=DURATION, buffer_minutes=BUFFER)
        self.client = make_client()
        self.clinicians = [
            make_clinician(
                name=f"Clinician {number}",
                locations=[self.location],
                appointment_types=[self.appointment_type],
                hours=None,
            )
            for number in range(clinicians)
        ]
        WorkingHours.objects.bulk_create(
            WorkingHours(
                clinician=clinician,
                weekday=weekday,
                start=time(*divmod(start, 60)),
                end=time(*divmod(end, 60)),
            )
            for clinician in self.clinicians
            for weekday in range(5)
            for start, end in HOURS
        )
        self.fill_diaries()
        self.fill_past(past)
        self.make_floor()

    def appointments(self, clinician, day: datetime, chance: float):
        from tests.factories import default_status
        from wagtail_clientportal.models import Appointment

        status = default_status()
        for start, end in HOURS:
            for minute in range(start, end, 45):
                if self.random.random() < chance:
                    begins = day + timedelta(minutes=minute)
                    ends = begins + timedelta(minutes=DURATION)
                    yield Appointment(
                        client=self.client,
                        clinician=clinician,
                        location=self.location,
                        appointment_type=self.appointment_type,
                        start=begins,
                        end=ends,
                        busy_until=ends + timedelta(minutes=BUFFER),
                        status=status,
                        holds_place=True,
                    )

    def fill_diaries(self):
        from wagtail_clientportal.models import Appointment

        self.random = random.Random(2027)
        for clinician in self.clinicians:
            for number in range(DAYS):
                day = START + timedelta(days=number)
                if day.weekday() < 5:
                    Appointment.objects.bulk_create(self.appointments(clinician, day, chance=0.7))

    def fill_past(self, count: int):
        from wagtail_clientportal.models import Appointment

        day, made = START, 0
        while made < count:
            day -= timedelta(days=1)
            batch = []
            for clinician in self.clinicians:
                batch += self.appointments(clinician, day, chance=1)
            Appointment.objects.bulk_create(batch[: count - made], batch_size=5000)
            made += len(batch)
        if count:
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def make_floor(self):
        from wagtail_clientportal.models import Appointment

        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {FLOOR_TABLE}")
            cursor.execute(f"CREATE TABLE {FLOOR_TABLE} (clinician bigint, start integer, stop integer)")
            rows = [
                (pk, minutes(start), minutes(stop))
                for pk, start, stop in Appointment.objects.filter(start__gte=START).values_list(
                    "clinician_id", "start", "busy_until"
                )
            ]
            cursor.executemany(f"INSERT INTO {FLOOR_TABLE} VALUES (%s, %s, %s)", rows)
            cursor.execute(f"CREATE INDEX {FLOOR_TABLE}_diary ON {FLOOR_TABLE} (clinician, start, stop)")
            cursor.execute(f"ANALYZE {FLOOR_TABLE}")

    def find(self, clinicians):
        from wagtail_clientportal.diary.free_slots import find_free_slots

        end = START + timedelta(days=DAYS)
        return find_free_slots(clinicians, self.appointment_type, self.location, START, end, now=NOW)

    def floor(self, clinicians) -> dict[int, list[int]]:
        """The least work that gives the same answer."""
        pks = [clinician.pk for clinician in clinicians]
        first, earliest, last = minutes(START), minutes(NOW) + 120, minutes(START) + DAYS * 1440
        mark = "?" if connection.vendor == "sqlite" else "%s"
        rows = connection.connection.execute(  # the driver's own connection
            f"SELECT clinician, start, stop FROM {FLOOR_TABLE} WHERE clinician IN ({', '.join([mark] * len(pks))}) "
            f"AND start < {mark} AND stop > {mark} ORDER BY clinician, start",
            [*pks, last, earliest],
        ).fetchall()
        taken: dict[int, list] = {pk: [] for pk in pks}
        for pk, start, stop in rows:
            taken[pk].append((start, stop))
        found = {}
        for pk in pks:
            starts = found[pk] = []
            diary, index = taken[pk], 0
            for number in range(DAYS):
                if number % 7 > 4:  # START is a Monday
                    continue
                for begin, end in HOURS:
                    begin += first + number * 1440
                    end += first + number * 1440
                    at = begin
                    while index < len(diary) and diary[index][0] < end:
                        start, stop = diary[index]
                        starts.extend(range(at, start - DURATION - BUFFER + 1, STEP))
                        at = max(at, begin - (begin - stop) // STEP * STEP)
                        index += 1
                    starts.extend(range(at, end - DURATION + 1, STEP))
            found[pk] = [start for start in starts if start >= earliest] if starts and starts[0] < earliest else starts
        return found


def minutes(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(minutes=1)


def median_ms(call, rounds: int) -> float:
    call()
    taken = []
    for _round in range(rounds):
        begun = clock.perf_counter()
        call()
        taken.append((clock.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def measure(practice: Practice, rounds: int) -> dict[int, tuple[float, float]]:
    """Return the number of clinicians → (milliseconds of ``find_free_slots``, milliseconds of the floor), after
    checking that both give the same answer."""
    results = {}
    for count in sorted({1, len(practice.clinicians)}):
        clinicians = practice.clinicians[:count]
        if practice.find(clinicians) != practice.floor(clinicians):
            raise AssertionError("The floor finds other slots: the comparison would mean nothing.")
        results[count] = (
            median_ms(lambda: practice.find(clinicians), rounds),  # noqa: B023 - called at once
            median_ms(lambda: practice.floor(clinicians), rounds),  # noqa: B023
        )
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--past", type=int, default=0, help="appointments that are over")
    options = parser.parse_args()
    with own_database():
        practice = Practice(past=options.past)
        for count, (ours, floor) in measure(practice, options.rounds).items():
            print(
                f"{connection.vendor}, {options.past} past: {count} clinician(s) × {DAYS} days: "
                f"{ours:.2f} ms, floor {floor:.2f} ms, {ours / floor:.1f} times the floor"
            )


if __name__ == "__main__":
    main()
