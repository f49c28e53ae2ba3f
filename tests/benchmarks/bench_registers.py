"""How long do the registers take at the size of a large practice, and in how much memory does an export go out?

Run by hand; it fills a test database of its own and removes it again::

    python -m tests.benchmarks.bench_registers [--share 1.0] [--rounds 5] [--plans]

(``CLIENTPORTAL_DATABASE=postgresql`` for PostgreSQL.) The whole size is 20,000 clients, 200,000 appointments, 250,000
sent communications, 50,000 notifications of one reader and 20,000 messages; ``--share 0.1`` fills a tenth of it.
Milliseconds are those of whole pages, as Django's test client gets them, and depend on the machine: the least that any
page of the admin takes there, Wagtail's own list of users, stands beside them. ``--plans`` prints how the database went
about the slowest statement of each. Memory is the most that Python held at once beyond what it held before: it must
not grow with the rows.
"""

import argparse
import statistics
import time as clock
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.own_database import own_database

CHUNK = 2000  # rows
FIRST_NAMES = ("Margaret", "John", "Fanny", "Nicholas", "Bessy", "Edith", "Henry", "Maria", "Frederick", "Hannah")
LAST_NAMES = (
    "Hale",
    "Thornton",
    "Higgins",
    "Shaw",
    "Lennox",
    "Boucher",
    "Bell",
    "Slickson",
    "Watson",
    "Hamper",
    "Dixon",
)


class Size(NamedTuple):
    """Numbers of rows."""

    clients: int = 20_000
    appointments: int = 200_000
    communications: int = 250_000
    notifications: int = 50_000
    messages: int = 20_000

    def share(self, share: float) -> "Size":
        return Size(*(max(1, int(rows * share)) for rows in self))


class Page(NamedTuple):
    """How one page went: milliseconds, statements, and the slowest of those with its own milliseconds."""

    milliseconds: float
    statements: int
    slowest: str
    slowest_milliseconds: float


class Export(NamedTuple):
    """How an export went: rows, seconds, and mebibytes at most."""

    rows: int
    seconds: float
    mebibytes: float


def fill(size: Size) -> None:
    """Make a practice of *size*: three years that are over, and half a year that is arranged."""
    # Models can be imported only once Django is set up, which a run by hand does itself.
    from tests.factories import NOW, Clinic
    from wagtail_clientportal.models import Client

    clinic = Clinic()
    _insert(
        Client(
            first_name=FIRST_NAMES[number % len(FIRST_NAMES)],
            last_name=f"{LAST_NAMES[number % len(LAST_NAMES)]}{number // 100}",
            email=f"client{number}@example.org",
            mobile=f"07700 {900000 + number % 100000}",
            date_of_birth=(NOW - timedelta(days=7000 + number)).date(),
            postcode=f"M{number % 30} {number % 9}AA",
        )
        for number in range(size.clients)
    )
    clients = list(Client.objects.values_list("pk", flat=True))
    appointments = _appointments(clinic, clients, size.appointments)
    _communications(appointments, size.communications)
    _notifications(appointments, size.notifications)
    _messages(appointments, size.messages)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")  # as a database that has been in use for a while does by itself
        elif connection.vendor == "sqlite":
            cursor.execute("ANALYZE")


def _insert(rows: Iterator) -> None:
    while chunk := list(islice(rows, CHUNK)):
        type(chunk[0]).objects.bulk_create(chunk)


def _appointments(clinic, clients: list[int], number: int) -> list[tuple[int, int]]:
    """Return pairs (pk, pk of the client)."""
    from tests.factories import NOW, cancelled_status, default_status, make_clinician
    from wagtail_clientportal.models import Appointment

    clinicians = [make_clinician(name=f"Clinician {one}", locations=[clinic.location], hours=None) for one in range(20)]
    booked, cancelled = default_status(), cancelled_status()
    first, apart, length = NOW - timedelta(days=1095), timedelta(days=1280) / number, timedelta(minutes=30)
    _insert(
        Appointment(
            client_id=clients[one * 7919 % len(clients)],
            clinician=clinicians[one % len(clinicians)],
            location=clinic.location,
            appointment_type=clinic.appointment_type,
            start=first + one * apart,
            end=first + one * apart + length,
            busy_until=first + one * apart + length,
            status=booked if one % 10 else cancelled,
            holds_place=bool(one % 10),
            overbooked=True,
            external_ref=f"{number}-{one}",
        )
        for one in range(number)
    )
    return list(Appointment.objects.order_by("pk").values_list("pk", "client"))


def _communications(appointments: list[tuple[int, int]], number: int) -> None:
    from tests.factories import NOW
    from wagtail_clientportal.models import OutboundMessage

    apart = timedelta(days=1095) / number
    _insert(
        OutboundMessage(
            about="reminder" if one % 3 else "booked",
            appointment_id=appointments[one % len(appointments)][0],
            client_id=appointments[one % len(appointments)][1],
            channel="email" if one % 2 else "sms",
            recipient=f"client{one % 20_000}@example.org",
            status="failed" if one % 500 == 0 else "sent",
            dedupe_key=f"bench:{len(appointments)}:{one}",
            created_at=NOW - one * apart,
            sent_at=NOW - one * apart,
            subject="Your appointment at Harbour Clinic",
            body="We look forward to seeing you at Harbour Clinic. " * 15,
        )
        for one in range(number)
    )


def _notifications(appointments: list[tuple[int, int]], number: int) -> None:
    from tests.factories import NOW
    from wagtail_clientportal.models import Notification

    _insert(
        Notification(
            recipient=reader(),
            kind="cancelled",
            appointment_id=appointments[one % len(appointments)][0],
            created_at=NOW - timedelta(minutes=one),
            read_at=None if one % 2 else NOW,
        )
        for one in range(number)
    )


def _messages(appointments: list[tuple[int, int]], number: int) -> None:
    from tests.factories import NOW
    from wagtail_clientportal.models import ClientMessage

    _insert(
        ClientMessage(
            appointment_id=appointments[one % len(appointments)][0],
            client_id=appointments[one % len(appointments)][1],
            body=f"Number {one}. I am sorry, the train doesn’t go that day. " * 4,
            created_at=NOW - timedelta(minutes=31 * one),
            handled_at=NOW if one % 20 else None,
        )
        for one in range(number)
    )


def reader():
    """The member of staff who reads the registers."""
    from django.contrib.auth import get_user_model

    found = get_user_model().objects.filter(username="boss").first()
    return found or get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret")


def addresses() -> dict[str, str]:
    """The pages that are measured, by what they are called."""
    from django.urls import reverse

    registers = {
        "appointments": reverse("wagtail_clientportal_appointment_modeladmin_index"),
        "communications": reverse("wagtail_clientportal_outboundmessage_modeladmin_index"),
        "messages": reverse("wagtail_clientportal_clientmessage_modeladmin_index"),
        "notifications": reverse("clientportal_notification:index"),
        "clients": reverse("clientportal_client:index"),
    }
    variants = {
        "appointments": {
            "upcoming": "when=upcoming",
            "past": "when=past",
            "by client": "ordering=client__last_name",
            "page 40": "p=40",
            "a name": "q=hale17",
            "a common name": "q=hale",
            "two words": "q=margaret+hale",
            "a reference": "q=200000-1234",
            "nothing": "q=zzzz",
        },
        "communications": {
            "failed": "status=failed",
            "by email": "channel=email",
            "page 40": "p=40",
            "a name": "q=hale17",
            "a common name": "q=hale",
            "an address": "q=client1234%40example.org",
            "nothing": "q=zzzz",
        },
        "messages": {
            "waiting": "handled=no",
            "page 40": "p=40",
            "a name": "q=hale17",
            "a word": "q=train",
            "nothing": "q=zzzz",
        },
        "notifications": {"unread": "read=no", "page 40": "p=40"},
        "clients": {"a name": "q=hale17", "two words": "q=margaret+hale", "page 40": "p=40", "nothing": "q=zzzz"},
    }
    found = {"the least": reverse("wagtailusers_users:index"), "home": reverse("wagtailadmin_home")}
    for name, url in registers.items():
        found[name] = url
        found |= {f"{name}, {variant}": f"{url}?{query}" for variant, query in variants[name].items()}
    return found


def exports() -> dict[str, str]:
    """The downloads that are measured, by what they are called."""
    pages = addresses()
    return {
        "a year of appointments as CSV": f"{pages['appointments']}?export=csv",
        "all appointments as CSV": f"{pages['appointments']}?export=csv&years=all",
        "all communications as CSV": f"{pages['communications']}?export=csv&years=all",
        "all clients as CSV": f"{pages['clients']}?export=csv",
    }


def measure_page(url: str, rounds: int) -> Page:
    """Get the page once for what is made once a process, then so many *rounds*, and return the median."""
    from django.test import Client as Browser

    browser = Browser()
    browser.force_login(reader())
    taken = []
    for _round in range(rounds + 1):
        begun = clock.perf_counter()
        response = browser.get(url)
        taken.append(clock.perf_counter() - begun)
        if response.status_code != 200:
            raise AssertionError(f"{url} answers {response.status_code}: the measurement would mean nothing.")
    with CaptureQueriesContext(connection) as captured:
        browser.get(url)
    slowest = max(captured.captured_queries, key=lambda query: float(query["time"]))
    milliseconds = statistics.median(taken[1:]) * 1000
    return Page(milliseconds, len(captured), slowest["sql"], float(slowest["time"]) * 1000)


def measure_export(url: str) -> Export:
    """Take the whole of an export, and keep nothing of it."""
    from django.test import Client as Browser

    browser = Browser()
    browser.force_login(reader())
    browser.get(url.partition("?")[0])  # what is made once a process
    tracemalloc.start()
    before, _peak = tracemalloc.get_traced_memory()
    begun = clock.perf_counter()
    rows = sum(part.count(b"\n") for part in browser.get(url).streaming_content) - 1
    seconds = clock.perf_counter() - begun
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Export(rows, seconds, (peak - before) / 2**20)


def plan(statement: str) -> str:
    """Say how the database goes about *statement*, in its own words."""
    with connection.cursor() as cursor:
        words = {"postgresql": "EXPLAIN (ANALYZE, BUFFERS)", "mysql": "EXPLAIN", "sqlite": "EXPLAIN QUERY PLAN"}
        cursor.execute(f"{words[connection.vendor]} {statement}".replace("%", "%%"), [])
        return "\n".join(" ".join(str(value) for value in row) for row in cursor.fetchall())


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    with own_database():
        size = Size().share(options.share)
        fill(size)
        print(f"{connection.vendor}, {size}")
        for name, url in addresses().items():
            page = measure_page(url, options.rounds)
            print(
                f"{name}: {page.milliseconds:.0f} ms, {page.statements} statements, "
                f"the slowest {page.slowest_milliseconds:.0f} ms"
            )
            if options.plans:
                print(page.slowest, plan(page.slowest), sep="\n")
        for name, url in exports().items():
            export = measure_export(url)
            print(
                f"{name}: {export.rows} rows in {export.seconds:.0f} s, with at most {export.mebibytes:.1f} MiB more "
                "at once"
            )


if __name__ == "__main__":
    main()
