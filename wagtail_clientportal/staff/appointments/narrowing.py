"""Type, location and clinician narrow one another: what fits the other two is offered first, all else below it.

Nothing is left out, because staff may put anybody anywhere, once they have been told what is unusual about it.
"""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from ...practice.models import AppointmentType, Clinician, Location

NAMES = ("appointment_type", "location", "clinician")


@dataclass(frozen=True)
class Fitting:
    """The pks that fit what is chosen in the other two fields, by the field's name."""

    by_name: dict[str, set[int]]

    @classmethod
    def to(cls, chosen: dict[str, AppointmentType | Location | Clinician | None], clinicians) -> "Fitting":
        """
        :param chosen: what stands in each of the fields, by its name.
        :param clinicians: who can be chosen, with types and locations fetched along.
        """
        found = {name: set() for name in NAMES}
        for clinician in clinicians:
            does = {
                "appointment_type": {one.pk for one in clinician.appointment_types.all()},
                "location": {one.pk for one in clinician.locations.all()},
                "clinician": {clinician.pk},
            }
            suits = {name: chosen.get(name) is None or chosen[name].pk in does[name] for name in NAMES}
            for name in NAMES:
                if all(suits[other] for other in NAMES if other != name):
                    found[name] |= does[name]
        return cls(found)

    def is_in(self, name: str, pk: int) -> bool:
        return pk in self.by_name[name]


def group_choices(form: forms.Form, fitting: Fitting) -> None:
    """Let each of the three selects of *form* offer first what fits."""
    for name in NAMES:
        field = form.fields[name]
        fits, others = [], []
        for one in field.queryset:
            (fits if fitting.is_in(name, one.pk) else others).append((one.pk, field.label_from_instance(one)))
        empty = [] if field.empty_label is None else [("", field.empty_label)]
        groups = [(_("Fitting what else is chosen"), fits), (_("Others"), others)]
        field.widget.choices = empty + ([each for each in groups if each[1]] if fits and others else fits or others)
