"""Find rows that contradict themselves or each other, and mend what can be mended without guessing.

Django's ORM keeps them right (see practice/worked_out.py). SQL that somebody writes by hand, another program, and a
restored table don't.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..diary.lock import locked_appointment
from ..diary.models import Appointment
from ..diary.queries import LONGEST
from ..practice.models import Client
from .refusals import Refused
from .steps.reserve_slot import reserve_slot

logger = logging.getLogger(__name__)

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Contradiction:
    """One way in which rows can be wrong.

    :param find: returns the primary keys of the rows that are.
    :param mend: mends the row with this primary key, if it still is wrong; ``None`` where only a person can say how.
        Raises ``Refused`` where the row has to stay as it is.
    """

    name: str
    what: str | Promise
    find: Callable[[], Iterable[int]]
    mend: Callable[[int, datetime], None] | None = None


@dataclass
class Finding:
    """The rows (primary keys) that are wrong in one way, and those of them that still are."""

    contradiction: Contradiction
    rows: list[int]
    left: list[int] = field(default_factory=list)


def check_data(*, mend: bool = False, now: datetime | None = None) -> list[Finding]:
    """Return what was found, one entry for each way in which rows are wrong.

    :param mend: whether to mend what can be; an appointment under its diary's lock, and never over another one.
    :param now: aware datetime; by default the clock.
    """
    now = now or timezone.now()
    findings = []
    for contradiction in CONTRADICTIONS:
        rows = list(contradiction.find())
        if rows:
            left = [pk for pk in rows if not (mend and _mend(contradiction, pk, now))]
            findings.append(Finding(contradiction, rows, left))
    return findings


def _mend(contradiction: Contradiction, pk: int, now: datetime) -> bool:
    if contradiction.mend is None:
        return False
    try:
        contradiction.mend(pk, now)
    except Refused as refusal:
        logger.warning("%s %s could not be mended: %s", contradiction.name, pk, type(refusal).__name__)
        return False
    logger.info("%s %s mended", contradiction.name, pk)
    return True


def _clients_with_other_keys() -> Iterator[int]:
    for client in Client.objects.only(*_CONTACTS, *_KEYS).order_by("pk").iterator():
        if any(_key(client, name) != getattr(client, f"{name}_key") for name in _CONTACTS):
            yield client.pk


def _mend_keys(pk: int, now: datetime) -> None:
    """As if the contact were changed now: links and sessions that went by the old key end."""
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=pk).save(update_fields=_CONTACTS)


def _clients_behind_their_links() -> Iterator[int]:
    behind = _with_versions_used().exclude(contact_version__gte=F("used"), identity_version__gte=F("identity_used"))
    return behind.order_by("pk").values_list("pk", flat=True).iterator()


def _mend_versions(pk: int, now: datetime) -> None:
    """Past every version that a link or a session remembers, so that none comes back to life."""
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=pk)
        client = _with_versions_used().get(pk=pk)
        Client.objects.filter(pk=pk).update(
            contact_version=max(client.contact_version, client.used) + 1,
            identity_version=max(client.identity_version, client.identity_used) + 1,
        )


def _with_versions_used():
    return Client.objects.annotate(
        used=Greatest(
            Coalesce(Max("magic_links__contact_version"), 0), Coalesce(Max("portal_sessions__contact_version"), 0)
        ),
        identity_used=Coalesce(Max("portal_sessions__identity_version"), 0),
    )


def _places_against_their_status() -> Iterator[int]:
    against = Appointment.objects.exclude(holds_place=F("status__attending"))
    return against.order_by("pk").values_list("pk", flat=True).iterator()


def _mend_place(pk: int, now: datetime) -> None:
    with locked_appointment(Appointment.objects.get(pk=pk)) as appointment:
        if appointment.holds_place == appointment.status.attending:
            return
        appointment.holds_place = appointment.status.attending
        if appointment.holds_place:
            reserve_slot(appointment, overbook=False, now=now)
        else:
            appointment.overbooked = False
            appointment.save()


def _other_buffers() -> Iterator[int]:
    written = Appointment.objects.exclude(buffer_minutes=None).order_by("pk")
    for pk, end, busy_until, buffer in written.values_list("pk", "end", "busy_until", "buffer_minutes").iterator():
        if busy_until - end != buffer * _MINUTE:
            yield pk


def _mend_buffer(pk: int, now: datetime) -> None:
    with locked_appointment(Appointment.objects.get(pk=pk)) as appointment:
        busy_until = appointment.end + appointment.buffer_minutes * _MINUTE
        is_longer = busy_until > appointment.busy_until
        appointment.busy_until = busy_until
        if appointment.holds_place and is_longer:
            reserve_slot(appointment, overbook=appointment.overbooked, now=now)
        else:
            appointment.save()


def _too_long() -> Iterator[int]:
    spans = Appointment.objects.order_by("pk").values_list("pk", "start", "busy_until")
    return (pk for pk, start, busy_until in spans.iterator() if busy_until - start > LONGEST)


def _overlaps() -> Iterable[int]:
    """All that meet another one of their clinician's, but for those that were put there on purpose."""
    found, longest = {}, None
    held = Appointment.objects.filter(holds_place=True, overbooked=False).order_by("clinician", "start", "pk")
    for one in held.values_list("clinician", "start", "busy_until", "pk").iterator():
        clinician, start, _busy_until, pk = one
        if longest is None or clinician != longest[0] or start >= longest[2]:
            longest = one
            continue
        found |= {longest[3]: None, pk: None}
        longest = max(longest, one, key=lambda each: each[2])
    return found


_CONTACTS = ("email", "mobile", "postcode")
_KEYS = tuple(f"{name}_key" for name in _CONTACTS)


def _key(client: Client, name: str) -> str:
    """What the key of the contact *name* has to be."""
    return client._meta.get_field(f"{name}_key").worked_out(client)


CONTRADICTIONS = [
    Contradiction(
        "client",
        _("Clients who aren't found by their email address, mobile or postcode"),
        _clients_with_other_keys,
        _mend_keys,
    ),
    Contradiction(
        "client",
        _("Clients to whom ended links or sessions could open again"),
        _clients_behind_their_links,
        _mend_versions,
    ),
    Contradiction(
        "appointment",
        _("Appointments that hold a place though their status frees it, or the other way round"),
        _places_against_their_status,
        _mend_place,
    ),
    Contradiction(
        "appointment",
        _("Appointments that keep the clinician busy for longer or shorter than was arranged"),
        _other_buffers,
        _mend_buffer,
    ),
    Contradiction(
        "appointment",
        _("Appointments that with their buffer take longer than 24 hours, and that no search for overlaps finds"),
        _too_long,
    ),
    Contradiction(
        "appointment",
        _("Appointments of one clinician that overlap, and that nobody has overbooked on purpose"),
        _overlaps,
    ),
]
