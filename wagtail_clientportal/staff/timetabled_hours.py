"""Timetabled hours: what replaces a clinician's usual week on one date."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.admin.ui.tables import Column

from ..availability.models import TimetabledHours
from ..practice.dates import zone_in_words
from .viewset import PracticeViewSet


def hours(row: TimetabledHours) -> str:
    """Return "09:00–13:00, London time"."""
    return f"{row.start:%H:%M}–{row.end:%H:%M}, {zone_in_words(row.location.zone)}"


class TimetabledHoursViewSet(PracticeViewSet):
    model = TimetabledHours
    name = "timetabled-hours"
    icon = "date"
    menu_label = _("Timetabled hours")
    ordering = ["-date", "start"]
    list_display = [
        "date",
        Column("hours", label=_("Hours"), accessor=hours),
        Column("clinician", label=_("Clinician"), sort_key="clinician__name"),
        Column("location", label=_("Location"), sort_key="location__name"),
    ]
    list_filter = ["clinician", "location", "date"]
    search_fields = ["clinician__name", "location__name"]
    panels = [
        HelpPanel(
            _(
                "On this date these hours replace the clinician's usual week at every location. "
                "Times are local to the location."
            )
        ),
        FieldRowPanel([FieldPanel("clinician"), FieldPanel("location")]),
        FieldPanel("date"),
        FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
    ]
    inspect_view_fields = ["clinician", "location", "date", "start", "end"]
