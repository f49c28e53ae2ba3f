"""How long does an import take at the size of a large practice, and how much memory?

Run by hand; it fills a test database of its own and removes it again::

    python -m tests.benchmarks.bench_import [--share 1.0] [--xlsx]

(``CLIENTPORTAL_DATABASE=postgresql`` for PostgreSQL.) The whole size is 20,000 clients and then 200,000 appointments of
20 clinicians, three years of them past and half a year to come; ``--share 0.1`` imports a tenth of it, ``--xlsx`` from
spreadsheets. Then both again, with nothing to change. Memory is by how much the process grew at most, as Linux counts
it after each batch.
"""

import argparse
import csv
import resource
import time as clock
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import openpyxl
from django.db import connection

from tests.benchmarks.own_database import own_database

CLIENTS, APPOINTMENTS, CLINICIANS = 20_000, 200_000, 20


class Import(NamedTuple):
    """How an import went: what the command counted, seconds, and mebibytes that the process grew by at most."""

    counts: dict[str, int]
    seconds: float
    mebibytes: float


def make_clinic() -> None:
    # Models can be imported only once Django is set up, which a run by hand does itself.
    from tests.factories import Clinic, make_clinician

    clinic = Clinic()
    for number in range(CLINICIANS):
        make_clinician(external_ref=f"K{number}", name=f"Clinician {number}", locations=[clinic.location], hours=None)


def clients(number: int) -> Iterator[list[str]]:
    yield ["external_ref", "first_name", "last_name", "email", "mobile", "date_of_birth", "postcode"]
    for one in range(number):
        born = f"{one % 28 + 1}/{one % 12 + 1}/{1930 + one % 70}"
        mobile = f"07700 {900000 + one % 100000}"
        yield [f"C{one}", f"First{one}", f"Last{one}", f"c{one}@example.org", mobile, born, f"M{one % 30} {one % 9}AA"]


def appointments(number: int, number_of_clients: int) -> Iterator[list[str]]:
    from tests.factories import NOW

    yield ["external_ref", "client", "clinician", "location", "appointment_type", "start", "status"]
    first, apart = NOW - timedelta(days=1095), timedelta(days=1280) / max(1, number // CLINICIANS)
    where = ["Harbour Rooms", "Physiotherapy follow-up"]
    for one in range(number):
        start = (first + one // CLINICIANS * apart).replace(second=0, microsecond=0)
        status = "Cancelled" if one % 10 == 0 else "Booked"
        client, clinician = f"C{one * 7919 % number_of_clients}", f"K{one % CLINICIANS}"
        yield [f"A{one}", client, clinician, *where, start.isoformat(), status]


def write(rows: Iterable[list[str]], path: Path) -> None:
    """As CSV or XLSX, by the ending of *path*."""
    if path.suffix == ".csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in rows:
        sheet.append(row)
    workbook.save(path)


def measure(path: Path, kind: str) -> Import:
    """Import the file as *kind*, and say how that went."""
    from tests.factories import NOW
    from wagtail_clientportal.exchange.columns import matched
    from wagtail_clientportal.exchange.importing import Batch, import_table
    from wagtail_clientportal.exchange.kind import How
    from wagtail_clientportal.exchange.kinds import KINDS
    from wagtail_clientportal.exchange.table import open_table

    counts = dict.fromkeys(("new", "changed", "unchanged", "refused"), 0)

    def note(batch: Batch) -> None:
        for outcome, number in batch.counts.items():
            counts[outcome] += number
        counts["refused"] += len(batch.refused)
        most[0] = max(most[0], _memory())

    before, begun = _memory(), clock.perf_counter()
    most = [before]
    with path.open("rb") as file, open_table(file) as table:
        columns = matched(table.headings, KINDS[kind].columns)
        import_table(table, KINDS[kind](How(now=NOW)), columns, note=note)
    return Import(counts, clock.perf_counter() - begun, most[0] - before)


def _memory() -> float:
    """In mebibytes: what of the process is in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--xlsx", action="store_true")
    options = parser.parse_args()
    with own_database(), TemporaryDirectory() as folder:
        make_clinic()
        number_of_clients = int(CLIENTS * options.share)
        files = {
            "clients": clients(number_of_clients),
            "appointments": appointments(int(APPOINTMENTS * options.share), number_of_clients),
        }
        ending = "xlsx" if options.xlsx else "csv"
        for kind, rows in files.items():
            write(rows, Path(folder, f"{kind}.{ending}"))
        print(connection.vendor, ending)
        for kind in [*files, *files]:
            went = measure(Path(folder, f"{kind}.{ending}"), kind)
            rows = sum(went.counts.values())
            print(
                f"{kind}: {went.counts} in {went.seconds:.0f} s, {rows / went.seconds:.0f} rows a second, "
                f"{went.mebibytes:.0f} MiB more at most"
            )


if __name__ == "__main__":
    main()
