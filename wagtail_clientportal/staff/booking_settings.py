"""Booking settings: the switch for new bookings, and which times may be offered, one set a site."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column

from ..policies.models import BookingSettings
from .appointment_types import minutes
from .duration import DurationPanel, duration_label
from .viewset import InspectView, PracticeViewSet


def days(count: int) -> str:
    """Return "60 days"."""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


class BookingSettingsInspectView(InspectView):
    def get_lead_time_display_value(self):
        return duration_label(self.object.lead_time)


class BookingSettingsViewSet(PracticeViewSet):
    model = BookingSettings
    name = "booking-settings"
    icon = "cogs"
    menu_label = _("Booking settings")
    inspect_view_class = BookingSettingsInspectView
    list_display = [
        "site",
        BooleanColumn("enabled", label=_("New bookings online")),
        Column("lead_time", label=_("Lead time"), accessor=lambda row: duration_label(row.lead_time)),
        Column("horizon", label=_("Horizon"), accessor=lambda row: days(row.horizon_days)),
        Column("interval", label=_("Slot interval"), accessor=lambda row: minutes(row.slot_interval_minutes)),
    ]
    panels = [
        FieldPanel("site"),
        MultiFieldPanel(
            [
                DurationPanel("lead_time"),
                FieldRowPanel([FieldPanel("horizon_days"), FieldPanel("slot_interval_minutes")]),
            ],
            heading=_("Which times are offered"),
            help_text=_("For new bookings and for changes."),
        ),
        MultiFieldPanel(
            [FieldPanel("enabled"), FieldPanel("off_message"), FieldPanel("welcome_text")],
            heading=_("New bookings"),
        ),
    ]
    inspect_view_fields = ["site", "enabled", "lead_time", "horizon_days", "slot_interval_minutes"]
