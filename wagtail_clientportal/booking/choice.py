"""What has been chosen so far, as the address says it, and between what there is to choose."""

import re
from dataclasses import dataclass
from datetime import datetime

from ..practice.models import AppointmentType, Clinician, Location
from ..practice.online_offer import offered_types, who_does_it_where
from ..screens.asked_for import parse_start
from .booking_context import BookingContext


@dataclass(frozen=True)
class Choice:
    """``location`` is ``None`` while there are several, ``clinician`` for anyone; the only one is chosen already.

    :param locations: where it is done; by the one who was asked for, if somebody was.
    :param clinicians: who does it at the location, by name.
    :param is_as_asked: whether the address named no other place and nobody else: they may not be offered any more.
    """

    appointment_type: AppointmentType
    location: Location | None
    clinician: Clinician | None
    locations: list[Location]
    clinicians: list[Clinician]
    is_as_asked: bool

    def query(self, **more) -> dict:
        """Return what an address carries of it, with *more*, but for what is ``None``."""
        chosen = {"type": self.appointment_type, "location": self.location, "clinician": self.clinician}
        return {name: one.pk for name, one in chosen.items() if one} | {
            name: value for name, value in more.items() if value is not None
        }

    @property
    def everybody(self) -> list[Clinician]:
        """Whose times count."""
        return [self.clinician] if self.clinician else self.clinicians


def chosen(context: BookingContext) -> Choice | None:
    """Return what the request's query says; ``None`` where it names no type that is offered.

    What isn't offered (a clinician who doesn't do that type there, another site's location) counts as not chosen.
    """
    asked = context.request.GET
    appointment_type = named(offered_types(context.site), asked.get("type"))
    if appointment_type is None:
        return None
    offered = who_does_it_where(context.site, appointment_type)
    wanted = named((one for doing in offered.values() for one in doing), asked.get("clinician"))
    locations = [one for one, doing in offered.items() if wanted is None or wanted in doing]
    location = locations[0] if len(locations) == 1 else named(locations, asked.get("location"))
    clinicians = offered[location] if location else []
    # Who was wished for stays so until it is known where.
    clinician = clinicians[0] if len(clinicians) == 1 else wanted
    is_as_asked = all(
        asked.get(name, "") in ("", str(one and one.pk))
        for name, one in (("location", location), ("clinician", clinician))
    )
    return Choice(appointment_type, location, clinician, locations, clinicians, is_as_asked)


def chosen_start(context: BookingContext) -> datetime | None:
    """Return the start that the request's query carries, in UTC; ``None`` for what can't be one."""
    start = parse_start(context.request.GET.get("start"), context.now)
    return None if start and (start.second or start.microsecond) else start


def named(offered, pk: str | None):
    """Return the one of *offered* with that pk, as an address gives it; ``None`` where there is none.

    Nothing is asked of the database where the address names nobody.
    """
    if not re.fullmatch(r"[0-9]{1,18}", pk or ""):
        return None
    return next((one for one in offered if one.pk == int(pk)), None)
