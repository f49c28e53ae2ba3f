"""Everything that a clinic takes along when it leaves: tables as the import reads them, and each client's own file."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from ..actions.export_client import export_client
from ..availability.models import TimetabledHours, WorkingHours
from ..diary.models import Appointment
from ..practice.models import Client, Clinician
from .kinds import KINDS
from .spreadsheet_cells import neutral

_PIECE = 500  # rows in memory


def export_everything(folder: Path, *, now: datetime) -> dict[str, int]:
    """Write it all into *folder*; return how many there are of what, by the file's or the folder's name.

    Nobody is in it whose record was anonymised or merged into another. No secret is: of a link there is what became of
    it, never what opens it.

    :param folder: one that is there, and empty.
    :param now: aware datetime, said in the clients' files.
    :raises OSError: a file can't be written.
    """
    written = {f"{kind}.csv": _write(folder / f"{kind}.csv", kind, rows()) for kind, rows in _ROWS.items()}
    records = folder / "clients"
    records.mkdir()
    written["clients/"] = 0
    for client in _people().iterator(chunk_size=_PIECE):
        records.joinpath(f"client-{client.pk}.zip").write_bytes(export_client(client, by=None, now=now))
        written["clients/"] += 1
    return written


def _write(path: Path, kind: str, rows: Iterable[dict]) -> int:
    names = [column.name for column in KINDS[kind].columns]
    number = 0
    # With its mark, for Excel takes a file without one for Windows-1252.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows:
            writer.writerow([neutral(_written(row.get(name))) for name in names])
            number += 1
    return number


def _written(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _reference(record) -> str:
    """What the tables call *record*: what another system calls it, else its number here."""
    return record.external_ref or f"portal-{record.pk}"


def _people():
    return Client.objects.filter(anonymised_at=None, merged_into=None).order_by("pk")


def _clients() -> Iterator[dict]:
    names = [column.name for column in KINDS["clients"].columns]
    for client in _people().iterator(chunk_size=_PIECE):
        yield {name: getattr(client, name) for name in names} | {"external_ref": _reference(client)}


def _clinicians() -> Iterator[dict]:
    for one in Clinician.objects.order_by("pk").prefetch_related("locations", "appointment_types"):
        yield {
            "external_ref": _reference(one),
            "name": one.name,
            "available_online": one.available_online,
            "is_active": one.is_active,
            "locations": "; ".join(str(place) for place in one.locations.all()),
            "appointment_types": "; ".join(kind.name for kind in one.appointment_types.all()),
        }


def _hours() -> Iterator[dict]:
    shared = "start", "end", "location", "weekday", "date", "valid_from", "valid_until"
    for model in (WorkingHours, TimetabledHours):
        for one in model.objects.order_by("pk").select_related("clinician", "location").iterator(chunk_size=_PIECE):
            yield {name: getattr(one, name, None) for name in shared} | {"clinician": _reference(one.clinician)}


def _appointments() -> Iterator[dict]:
    found = Appointment.objects.filter(client__in=_people()).order_by("pk")
    found = found.select_related("client", "clinician", "location", "appointment_type", "status")
    for one in found.iterator(chunk_size=_PIECE):
        yield {
            "external_ref": _reference(one),
            "client": _reference(one.client),
            "clinician": _reference(one.clinician),
            "location": one.location.name,
            "appointment_type": one.appointment_type.name,
            "start": one.start,
            "end": one.end,
            "status": one.status.name,
        }


_ROWS = {"clients": _clients, "clinicians": _clinicians, "hours": _hours, "appointments": _appointments}
