from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.refusals import NotValid
from ..actions.steps.upserted import Outcome
from ..availability.models import TimetabledHours, WorkingHours
from ..diary.lock import locked_diaries
from ..practice.models import Clinician, Location
from .cells import clock, day, reference, text, weekday
from .columns import Column
from .kind import Kind, RowRefused, Values
from .lookups import ByName, ByReference

# What says which hours a row is about; the rest of it is what is said of them.
_WEEKLY = ("clinician", "weekday", "start", "location", "valid_from")
_ON_A_DATE = ("clinician", "date", "start", "location")


class Hours(Kind):
    """Of the usual week, or of one date: a row has a ``weekday`` or a ``date``."""

    key = None
    columns = [
        Column("clinician", gettext_lazy("Clinician"), reference, "ADA", required=True),
        Column("weekday", gettext_lazy("Weekday"), weekday, "Monday", also=("day",)),
        Column("date", gettext_lazy("Date"), day, "25/11/2026"),
        Column("start", gettext_lazy("From"), clock, "9:00", required=True, also=("starts", "opens")),
        Column("end", gettext_lazy("Until"), clock, "17:00", required=True, also=("to", "ends", "closes")),
        Column("location", gettext_lazy("Location"), text, "Harbour Rooms"),
        Column("valid_from", gettext_lazy("First day"), day, "01/01/2027"),
        Column("valid_until", gettext_lazy("Last day"), day, "31/12/2027"),
    ]

    @contextmanager
    def batch(self, rows: Collection[Values]) -> Iterator[Callable[[Values], Outcome]]:
        clinicians = ByReference(Clinician, {values["clinician"] for values in rows})
        with locked_diaries(*clinicians.pks):
            locations = ByName(Location.objects.all())
            yield lambda values: _write(values, clinicians, locations)


def _write(values: Values, clinicians: ByReference, locations: ByName) -> Outcome:
    found = values | {"clinician": clinicians.find(values["clinician"], "clinician")}
    if "location" in found:
        found["location"] = locations.find(found["location"], "location")
    match "weekday" in found, "date" in found:
        case True, False:
            return _write_hours(WorkingHours, _WEEKLY, found)
        case False, True:
            if "location" not in found:
                raise RowRefused("location", _("Hours on one date need a location."))
            return _write_hours(TimetabledHours, _ON_A_DATE, found)
    raise RowRefused("weekday", _("Fill in a weekday, for the usual week, or a date; not both, and not neither."))


def _write_hours(model: type[WorkingHours | TimetabledHours], names: tuple[str, ...], values: Values) -> Outcome:
    same = {name: values.get(name) for name in names}
    hours = model.objects.filter(**same).order_by("pk").first() or model(**same)
    stated = {field.name: values.get(field.name) for field in model._meta.fields if field.name not in (*names, "id")}
    if hours.pk and all(getattr(hours, name) == value for name, value in stated.items()):
        return Outcome.UNCHANGED
    outcome = Outcome.CHANGED if hours.pk else Outcome.NEW
    for name, value in stated.items():
        setattr(hours, name, value)
    try:
        hours.clean_fields()
        hours.clean()
    except ValidationError as error:
        raise NotValid(errors=error.message_dict) from error
    _check_alone(hours)
    hours.save()
    return outcome


def _check_alone(hours: WorkingHours | TimetabledHours) -> None:
    if isinstance(hours, TimetabledHours):
        return  # its own ``clean`` has looked
    for other in WorkingHours.objects.filter(clinician=hours.clinician, weekday=hours.weekday).exclude(pk=hours.pk):
        if hours.meets(other):
            told = _("This overlaps %(other)s, which stands there already. Correct the row, or those hours.")
            raise NotValid(errors={NON_FIELD_ERRORS: [told % {"other": other}]})
