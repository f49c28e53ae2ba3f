"""Time off: entered as local days or times, stored in UTC.

The zone is the location's; for "everywhere" it is the site's own. It is never that of the staff user's account.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column

from ...availability.hours import MIDNIGHT
from ...availability.models import TimeOff, TimeOffRequest
from ...diary.models import Appointment
from ...diary.queries import LONGEST, in_time_off
from ...practice.dates import with_zone
from ...practice.wall_clock import from_local
from ..common.local_time import day, day_and_time, span, start_of_day, zone_of
from ..common.reach import within_reach
from ..common.typed_fields import DateField, TimeField
from ..common.viewsets import CreateView, EditView, InspectView, PracticeForm, PracticeViewSet, may_see
from .appointments_hit import warn_of_appointments

A_DAY = timedelta(days=1)


class TimeOffForm(PracticeForm):
    """Days, and times where it isn't whole days."""

    first_day = DateField(label=_("First day"))
    from_time = TimeField(label=_("From"), required=False, help_text=_("Empty: from the start of the day."))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Empty: the same day."))
    until_time = TimeField(label=_("Until"), required=False, help_text=_("Empty: to the end of the day."))

    def __init__(self, *args, instance=None, **kwargs):
        super().__init__(*args, instance=instance, initial=kwargs.pop("initial", None) or {}, **kwargs)
        if instance is not None and instance.start and instance.end:
            self.initial |= self._as_entered(instance)

    @staticmethod
    def _as_entered(time_off: TimeOff) -> dict:
        zone = zone_of(time_off.location)
        start, end = time_off.start.astimezone(zone), time_off.end.astimezone(zone)
        whole_first = time_off.start == start_of_day(start.date(), zone)
        whole_last = time_off.end == start_of_day(end.date(), zone)
        return {
            "first_day": start.date(),
            "from_time": None if whole_first else start.time(),
            "last_day": end.date() - A_DAY if whole_last else end.date(),
            "until_time": None if whole_last else end.time(),
        }

    def clean(self):
        cleaned = super().clean()
        first_day = cleaned.get("first_day")
        if self.errors or first_day is None:
            return cleaned
        last_day = cleaned.get("last_day") or first_day
        zone = zone_of(cleaned.get("location"))
        start = self._bound("from_time", first_day, zone)
        end = self._bound("until_time", last_day, zone)
        if start is None or end is None:
            return cleaned
        if end <= start:
            field = "last_day" if last_day < first_day else "until_time"
            self.add_error(field, _("The end has to be later than the start."))
            return cleaned
        self.instance.start, self.instance.end = start, end
        return cleaned

    def _bound(self, name: str, local_day: date, zone: ZoneInfo) -> datetime | None:
        """The moment that a field means; ``None`` where the clocks skip it, with the error on the field."""
        clock, is_end = self.cleaned_data.get(name), name == "until_time"
        if clock is None or (is_end and clock == MIDNIGHT):
            return start_of_day(local_day + A_DAY if is_end else local_day, zone)
        try:
            return from_local(local_day, clock, zone, last=is_end)
        except ValidationError as error:
            self.add_error(name, error)
            return None


def when(time_off: TimeOff) -> str:
    """Return "Mon 3 Aug 2026 – Fri 14 Aug 2026" for whole days, else with times."""
    zone = zone_of(time_off.location)
    first, last = time_off.start, time_off.end - timedelta(microseconds=1)
    first_day, last_day = (each.astimezone(zone).date() for each in (first, last))
    if time_off.start != start_of_day(first_day, zone) or time_off.end != start_of_day(last_day + A_DAY, zone):
        return span(time_off.start, time_off.end, zone)
    days = day(first, zone) if first_day == last_day else f"{day(first, zone)} – {day(last, zone)}"
    return with_zone(days, zone)


def appointments_within(time_off: TimeOff, user):
    """The appointments that time off is laid over, as far as *user* reaches them."""
    found = in_time_off(time_off.clinician_id, time_off.location_id, time_off.start, time_off.end)
    return within_reach(user, found)


def numbers_within(asked: Collection[TimeOffRequest], user) -> dict[int, int]:
    """Return over how many appointments each of *asked* would be laid, as far as *user* reaches them, by its pk.

    One statement, however many ask.
    """
    if not asked:
        return {}
    found = Appointment.objects.filter(
        holds_place=True,
        clinician=OuterRef("clinician"),
        location=Coalesce(OuterRef("location"), F("location")),  # none: wherever it is
        start__gt=min(one.start for one in asked) - LONGEST,  # so that an index knows where to begin
        start__lt=OuterRef("end"),
        end__gt=OuterRef("start"),
    )
    counted = within_reach(user, found).order_by().values("clinician").annotate(number=Count("pk")).values("number")
    requests = TimeOffRequest.objects.filter(pk__in=[one.pk for one in asked])
    return dict(requests.annotate(number=Coalesce(Subquery(counted), 0)).values_list("pk", "number"))


class WarnsOfAppointments:
    """Time off keeps new appointments away; those that are there already stay, until somebody moves them."""

    def save_instance(self):
        time_off = super().save_instance()
        if not may_see(self.request.user, Appointment):
            return time_off  # the warning names clients
        found = appointments_within(time_off, self.request.user)
        if count := found.count():
            sentence = ngettext(
                "%(count)d appointment lies within this time off, and stays. Move or cancel it:",
                "%(count)d appointments lie within this time off, and stay. Move or cancel them:",
                count,
            )
            warn_of_appointments(self.request, sentence, count, found)
        return time_off


class TimeOffCreateView(WarnsOfAppointments, CreateView):
    pass


class TimeOffEditView(WarnsOfAppointments, EditView):
    pass


class TimeOffInspectView(InspectView):
    def get_start_display_value(self):
        return day_and_time(self.object.start, zone_of(self.object.location))

    def get_end_display_value(self):
        return day_and_time(self.object.end, zone_of(self.object.location))

    def get_clinician_display_value(self):
        return self.object.clinician or _("Everybody")

    def get_location_display_value(self):
        return self.object.location or _("Everywhere")


class TimeOffViewSet(PracticeViewSet):
    model = TimeOff
    name = "time-off"
    icon = "calendar-check"
    menu_label = _("Time off")
    add_view_class = TimeOffCreateView
    edit_view_class = TimeOffEditView
    inspect_view_class = TimeOffInspectView
    list_display = [
        "__str__",
        Column("when", label=_("When"), accessor=when, sort_key="start"),
        Column("clinician", label=_("Clinician"), accessor=lambda time_off: time_off.clinician or _("Everybody")),
        Column("location", label=_("Location"), accessor=lambda time_off: time_off.location or _("Everywhere")),
    ]
    list_filter = ["clinician", "location"]
    search_fields = ["reason", "clinician__name", "location__name"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("clinician"), FieldPanel("location")])], heading=_("Who and where")
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("first_day"), FieldPanel("from_time")]),
                    FieldRowPanel([FieldPanel("last_day"), FieldPanel("until_time")]),
                ],
                heading=_("When"),
                help_text=_(
                    "For whole days leave the times empty. Days and times are those of the location; "
                    "for everywhere, of the site's own time zone."
                ),
            ),
            FieldPanel("reason"),
        ],
        base_form_class=TimeOffForm,
    )
    inspect_view_fields = ["clinician", "location", "start", "end", "reason"]
