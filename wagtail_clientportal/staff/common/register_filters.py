"""By what a register is narrowed, each way beside the others: the filters in the header of Wagtail's lists."""

from datetime import datetime, timedelta

import django_filters
from django import forms
from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from ...practice.location import site_today
from ...practice.models import AppointmentType, Client, Clinician, Location
from .local_time import site_zone, start_of_day
from .reach import within_reach
from .typed_fields import DateField, DaysFilter, PastDateField
from .viewsets import may_see

A_YEAR, _A_DAY = timedelta(days=365), timedelta(days=1)


class Period(TextChoices):
    TODAY = "today", _("Today")
    WEEK = "week", _("This week")
    UPCOMING = "upcoming", _("Upcoming")
    PAST = "past", _("Past")
    YEAR = "year", _("From a year ago on")


def bounds(period: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when *period* begins and when it is over, by the site's clocks; ``None`` where it has no end."""
    today = site_today()
    # The formats count the days of a week from Sunday, dates from Monday.
    since_first = (today.isoweekday() - get_format("FIRST_DAY_OF_WEEK")) % 7
    first = today - since_first * _A_DAY
    return {
        Period.TODAY: (start_of_day(today, site_zone()), start_of_day(today + _A_DAY, site_zone())),
        Period.WEEK: (start_of_day(first, site_zone()), start_of_day(first + 7 * _A_DAY, site_zone())),
        Period.UPCOMING: (now, None),
        Period.PAST: (None, now),
        Period.YEAR: (now - A_YEAR, None),
    }[Period(period)]


def _between(rows: QuerySet, field: str, begins: datetime | None, is_over: datetime | None) -> QuerySet:
    if begins:
        rows = rows.filter(**{f"{field}__gte": begins})
    return rows.filter(**{f"{field}__lt": is_over}) if is_over else rows


class WhenFilter(django_filters.ChoiceFilter):
    """By a moment, in words.

    :param periods: those among which is chosen.
    """

    def __init__(self, field_name: str, *periods: Period):
        super().__init__(
            field_name,
            label=_("When"),
            choices=[(one.value, one.label) for one in periods],
            empty_label=_("Any time"),
            widget=forms.RadioSelect,
        )

    def filter(self, qs, value):
        return _between(qs, self.field_name, *bounds(value, timezone.now())) if value else qs


class LocalDaysFilter(DaysFilter):
    """From one day to another by the site's clocks, whatever the time zone of whoever asks.

    :param reads: the kind of field that a day is typed in.
    """

    def __init__(self, field_name: str, reads: type[DateField] = PastDateField):
        super().__init__(field_name, label=_("Days"), reads=reads)

    def filter(self, qs, value):
        if not value:
            return qs
        first, last = value.start and value.start.date(), value.stop and value.stop.date()
        begins = start_of_day(first, site_zone()) if first else None
        is_over = start_of_day(last + _A_DAY, site_zone()) if last else None
        return _between(qs, self.field_name, begins, is_over)


class AnyOfFilter(django_filters.MultipleChoiceFilter):
    """By one of several things, or by some of them at once.

    :param choices: pairs (value, label), or what returns them.
    """

    def __init__(self, field_name: str, label: str, choices):
        # A row comes once by itself; looking for doubles would sort the whole table.
        super().__init__(field_name, label=label, choices=choices, distinct=False, widget=forms.CheckboxSelectMultiple)


class OneFilter(django_filters.ChoiceFilter):
    """By one thing that an address names: there is no other to choose, but to do without."""

    def __init__(self, field_name: str, label: str, value: str, choice_label: str, **kwargs):
        super().__init__(
            field_name,
            label=label,
            choices=[(value, choice_label)],
            empty_label=_("All"),
            widget=forms.RadioSelect,
            **kwargs,
        )


Records = dict[str, tuple[str, str, QuerySet]]


def with_whom_where_and_what(path: str = "") -> Records:
    """Return the filters by an appointment's clinician, location and type, for ``RegisterFilterSet.records``.

    :param path: from a row to the appointment, like "appointment__".
    """
    return {
        "clinician": (f"{path}clinician", _("Clinician"), Clinician.objects.all()),
        "location": (f"{path}location", _("Location"), Location.objects.all()),
        "type": (f"{path}appointment_type", _("Appointment type"), AppointmentType.objects.all()),
    }


class RegisterFilterSet(WagtailFilterSet):
    """Filters of a register whose choices are records that the reader reaches; one that leaves no choice isn't shown.

    A client is chosen where the address names one: by the links from the client's record.
    """

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        super().__init__(data, queryset, request=request, prefix=prefix)
        for name, (path, label, records) in self.records().items():
            choices = list(within_reach(request.user, records).values_list("pk", "name"))
            if len(choices) > 1:
                self.add(name, AnyOfFilter(path, label, choices))
        self._add_client((data or {}).get("client", ""))

    def records(self) -> Records:
        """Return the filters by a record: the name of each, its path from a row, its label, and what to choose from."""
        return {}

    def add(self, name: str, one: django_filters.Filter) -> None:
        one.parent = self
        self.filters[name] = one

    def _add_client(self, pk: str) -> None:
        if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
            return
        if client := within_reach(self.request.user, Client.objects.filter(pk=pk)).first():
            # Else whoever may not see clients could read their names off, number by number.
            in_words = client.full_name if may_see(self.request.user, Client) else _("one only")
            self.add("client", OneFilter("client", _("Client"), pk, in_words))
