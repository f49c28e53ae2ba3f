from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..actions.refusals import NotValid
from ..actions.steps.upserted import Outcome
from ..diary.lock import locked_diaries
from ..practice.models import AppointmentType, Clinician, Location
from .cells import names, reference, text, yes_or_no
from .columns import Column
from .kind import Kind, Values
from .lookups import ByName

_PLAIN = ("external_ref", "name", "available_online", "is_active")
_SEVERAL = ("locations", "appointment_types")


class Clinicians(Kind):
    columns = [
        Column("external_ref", _("External reference"), reference, "ADA", required=True, also=("id", "ref")),
        Column("name", _("Name"), text, "Ada Osei", required=True, also=("clinician", "practitioner")),
        Column("available_online", _("Available online"), yes_or_no, "yes"),
        Column("is_active", _("Active"), yes_or_no, "yes"),
        Column("locations", _("Locations"), names, "Harbour Rooms; Station Road", also=("location",)),
        Column("appointment_types", _("Appointment types"), names, "Assessment; Follow-up", also=("types",)),
    ]

    @contextmanager
    def batch(self, rows: Collection[Values]) -> Iterator[Callable[[Values], Outcome]]:
        references = [values["external_ref"] for values in rows]
        known = Clinician.objects.filter(external_ref__in=references).values_list("pk", flat=True)
        with locked_diaries(*known):
            choices = {"locations": ByName(Location.objects.all()), "appointment_types": ByName(_types())}
            yield lambda values: _write(values, choices)


def _types():
    return AppointmentType.objects.all()


def _write(values: Values, choices: dict[str, ByName]) -> Outcome:
    several = {name: {choices[name].find(one, name) for one in values[name]} for name in _SEVERAL if name in values}
    clinician = _known(values) or Clinician()
    is_new = clinician.pk is None
    changed = is_new
    for name in _PLAIN:
        if name in values and getattr(clinician, name) != values[name]:
            setattr(clinician, name, values[name])
            changed = True
    try:
        clinician.clean_fields()
        clinician.clean()
    except ValidationError as error:
        raise NotValid(errors=error.message_dict) from error
    with transaction.atomic():
        if changed:
            # Not the version, by which the diary is locked
            clinician.save(update_fields=None if is_new else _PLAIN)
        for name, records in several.items():
            related = getattr(clinician, name)
            if set(related.all()) != records:
                related.set(records)
                changed = True
    return Outcome.NEW if is_new else Outcome.CHANGED if changed else Outcome.UNCHANGED


def _known(values: Values) -> Clinician | None:
    """By the reference; else the one of this name to whom nobody has given any."""
    if found := Clinician.objects.filter(external_ref=values["external_ref"]).first():
        return found
    unclaimed = Clinician.objects.filter(external_ref="", name=values["name"])[:2]
    return unclaimed[0] if len(unclaimed) == 1 else None
