"""The whole report that somebody asks for: counted within their reach, and put into tables."""

from datetime import datetime

from django.utils.translation import gettext as _

from ...practice.models import Clinician, Location
from .choice import By, Choice
from .counting import Scope, done, held, portal, sent, worked
from .periods import weeks
from .tables import Counted, Grouping, Table, all_tables


def tables_for(user, choice: Choice, reached: list[Clinician | Location], *, now: datetime) -> list[Table]:
    """
    :param reached: all clinicians and locations within reach of *user*.
    :param now: aware datetime.
    """
    locations = list(Location.objects.all())
    bounds = weeks(choice.first, choice.last)
    if choice.by != By.WEEK:
        bounds = [bounds[0], bounds[-1]]
    scope = Scope(user, now, choice.by, bounds, choice.clinician, choice.location, locations)
    counted = Counted(
        held=held(scope),
        worked=worked(scope),
        done=done(scope),
        sent=sent(scope),
        portal=portal(user),
        employed={one.pk for one in reached if isinstance(one, Clinician) and one.is_active},
    )
    if choice.by == By.WEEK:
        labels = dict(enumerate(bounds[:-1]))
        return all_tables(counted, Grouping(_("Week from"), labels))
    records = list(Clinician.objects.all()) if choice.by == By.CLINICIAN else locations
    lines = [*counted.held, *counted.done]
    return all_tables(counted, _by_record(choice, records, reached, lines))


def _by_record(choice: Choice, records: list, reached: list, lines: list) -> Grouping:
    """A row for each of *records* that is in use, within reach, or has one of *lines*."""
    found = {line.row for line in lines}
    chosen = getattr(choice, choice.by.value)
    labels = {
        one.pk: one.name
        for one in records
        if one.pk in found or (chosen in (None, one) and one.is_active and one in reached)
    }
    return Grouping(str(choice.by.label), labels)
