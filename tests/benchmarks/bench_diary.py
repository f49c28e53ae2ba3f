"""How long does a week of 20 clinicians take in the diary, beside a page of the admin with nothing on it?

Run by hand; it fills a test database of its own and removes it again::

    python -m tests.benchmarks.bench_diary [--clinicians 20] [--rounds 7]

(``CLIENTPORTAL_DATABASE=postgresql`` for PostgreSQL.) Each clinician has 14 appointments a day from Monday to Friday.
Milliseconds are those of whole pages, as Django's test client gets them, and depend on the machine; the ratio to the
bare page (the list of collections) hardly does. The goal is 0.3 s on a machine where the bare page takes 0.05 s.
"""

import argparse
from datetime import timedelta
from typing import NamedTuple

from tests.benchmarks.bench_registers import measure_page
from tests.benchmarks.own_database import own_database

APPOINTMENTS_A_DAY = 14


class Measured(NamedTuple):
    """Milliseconds and statements of a page of the diary, and of the bare page."""

    milliseconds: float
    bare_milliseconds: float
    statements: int
    bare_statements: int

    @property
    def ratio(self) -> float:
        return self.milliseconds / self.bare_milliseconds


def fill(clinicians: int) -> None:
    """Give so many *clinicians* a full week from Monday to Friday."""
    # Models can be imported only once Django is set up, which a run by hand does itself.
    from tests.factories import NOW, Clinic, default_status, make_clinician
    from wagtail_clientportal.models import Appointment, Client

    clinic = Clinic()
    everybody = [Client(first_name="Jo", last_name=f"Bloggs {one}", email=f"jo{one}@example.org") for one in range(500)]
    Client.objects.bulk_create(everybody)
    clients, status = list(Client.objects.all()), default_status()
    length = timedelta(minutes=clinic.appointment_type.duration_minutes)
    for number in range(clinicians):
        ada = make_clinician(
            name=f"Clinician {number}", locations=[clinic.location], appointment_types=[clinic.appointment_type]
        )
        starts = [
            NOW.replace(hour=9) + timedelta(days=day, minutes=35 * place)
            for day in range(5)
            for place in range(APPOINTMENTS_A_DAY)
        ]
        Appointment.objects.bulk_create(
            Appointment(
                client=clients[(number * 70 + place) % len(clients)],
                clinician=ada,
                location=clinic.location,
                appointment_type=clinic.appointment_type,
                start=start,
                end=start + length,
                busy_until=start + length,
                status=status,
                holds_place=True,
            )
            for place, start in enumerate(starts)
        )


def measure(view: str, rounds: int) -> Measured:
    from django.urls import reverse

    from tests.factories import NOW

    bare = measure_page(reverse("wagtailadmin_collections:index"), rounds)
    page = measure_page(f"{reverse('wagtail_clientportal_diary:index')}?date={NOW:%Y-%m-%d}&view={view}", rounds)
    return Measured(page.milliseconds, bare.milliseconds, page.statements, bare.statements)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--clinicians", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with own_database():
        fill(options.clinicians)
        for view in ("day", "week"):
            found = measure(view, options.rounds)
            print(
                f"{view} of {options.clinicians} clinicians: {found.milliseconds:.0f} ms, {found.ratio:.1f} times the "
                f"bare page's {found.bare_milliseconds:.0f} ms; {found.statements} statements, the bare page "
                f"{found.bare_statements}"
            )


if __name__ == "__main__":
    main()
