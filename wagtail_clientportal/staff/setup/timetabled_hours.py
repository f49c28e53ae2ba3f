"""Timetabled hours: what replaces a clinician's usual week on one date."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.admin.ui.tables import Column

from ...availability.models import TimetabledHours
from ...diary.free_slots import works_throughout
from ...diary.models import Appointment
from ...diary.queries import upcoming_with
from ...practice.dates import with_zone
from ..common.local_time import start_of_day
from ..common.reach import within_reach
from ..common.typed_fields import DateField, DayFilter, TimeField, TypedPanel
from ..common.viewsets import CreateView, EditView, IndexView, PracticeViewSet, may_see
from .appointments_hit import warn_of_appointments


def hours(row: TimetabledHours) -> str:
    """Return "09:00–13:00", with the zone where it isn't the site's."""
    return with_zone(f"{row.start:%H:%M}–{row.end:%H:%M}", row.location.zone)


class TimetabledHoursFilters(WagtailFilterSet):
    date = DayFilter(label=_("Date"))

    class Meta:
        model = TimetabledHours
        fields = ["clinician", "location", "date"]


class TimetabledHoursIndexView(IndexView):
    filterset_class = TimetabledHoursFilters


def left_outside(row: TimetabledHours, user) -> list[Appointment]:
    """Return the clinician's appointments to come that day which lie outside the hours that are timetabled for it."""
    zone = row.location.zone
    begins, is_over = start_of_day(row.date, zone), start_of_day(row.date + timedelta(days=1), zone)
    found = upcoming_with(row.clinician, max(begins, timezone.now())).filter(start__lt=is_over)
    found = within_reach(user, found)
    return [one for one in found if not works_throughout(one.clinician, one.location, one.start, one.end)]


class WarnsOfAppointments:
    """Hours keep new appointments away from other times; those that are there already stay."""

    def save_instance(self):
        row = super().save_instance()
        user = self.request.user
        if may_see(user, Appointment) and (found := left_outside(row, user)):
            sentence = ngettext(
                "%(count)d appointment lies outside the hours of that day now, and stays. Move or cancel it:",
                "%(count)d appointments lie outside the hours of that day now, and stay. Move or cancel them:",
                len(found),
            )
            warn_of_appointments(self.request, sentence, len(found), found)
        return row


class TimetabledHoursCreateView(WarnsOfAppointments, CreateView):
    pass


class TimetabledHoursEditView(WarnsOfAppointments, EditView):
    pass


class TimetabledHoursViewSet(PracticeViewSet):
    model = TimetabledHours
    add_view_class = TimetabledHoursCreateView
    edit_view_class = TimetabledHoursEditView
    name = "timetabled-hours"
    icon = "date"
    index_view_class = TimetabledHoursIndexView
    menu_label = _("Timetabled hours")
    ordering = ["-date", "start"]
    list_display = [
        "date",
        Column("hours", label=_("Hours"), accessor=hours),
        Column("clinician", label=_("Clinician"), sort_key="clinician__name"),
        Column("location", label=_("Location"), sort_key="location__name"),
    ]
    search_fields = ["clinician__name", "location__name"]
    panels = [
        HelpPanel(
            _(
                "On this date these hours replace the clinician's usual week at every location. "
                "Times are local to the location."
            )
        ),
        FieldRowPanel([FieldPanel("clinician"), FieldPanel("location")]),
        TypedPanel("date", DateField),
        FieldRowPanel([TypedPanel("start", TimeField), TypedPanel("end", TimeField)]),
    ]
    inspect_view_fields = ["clinician", "location", "date", "start", "end"]
