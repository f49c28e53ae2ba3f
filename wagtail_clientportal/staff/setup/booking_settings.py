"""Booking settings: the switch for new bookings, and which times may be offered, one set a site."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column

from ...policies.models import BookingSettings
from ...practice.durations import duration_in_words, minutes_in_words
from ..common.durations import DurationPanel
from ..common.viewsets import InspectView, PracticeViewSet


def days(count: int) -> str:
    """Return "60 days"."""
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def months(count: int) -> str:
    """Return "3 months"."""
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}


def horizon(rules: BookingSettings) -> str:
    """Return whichever of the two counts."""
    return months(rules.horizon_months) if rules.horizon_months else days(rules.horizon_days or 0)


class BookingSettingsInspectView(InspectView):
    def get_lead_time_display_value(self):
        return duration_in_words(self.object.lead_time)


class BookingSettingsViewSet(PracticeViewSet):
    model = BookingSettings
    name = "booking-settings"
    icon = "cogs"
    menu_label = _("Booking settings")
    inspect_view_class = BookingSettingsInspectView
    list_display = [
        "site",
        BooleanColumn("enabled", label=_("New bookings online")),
        Column("lead_time", label=_("Lead time"), accessor=lambda row: duration_in_words(row.lead_time)),
        Column("horizon", label=_("Horizon"), accessor=horizon),
        Column("interval", label=_("Slot interval"), accessor=lambda row: minutes_in_words(row.slot_interval_minutes)),
    ]
    panels = [
        FieldPanel("site"),
        MultiFieldPanel(
            [
                DurationPanel("lead_time"),
                FieldPanel("lead_days"),
                FieldRowPanel([FieldPanel("horizon_days"), FieldPanel("horizon_months")]),
                FieldPanel("slot_interval_minutes"),
            ],
            heading=_("Which times are offered"),
            help_text=_("For new bookings and for changes."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("enabled"),
                FieldPanel("off_message"),
                FieldPanel("welcome_text"),
                FieldPanel("new_clients"),
                FieldPanel("confirm_contact"),
                FieldPanel("max_upcoming"),
            ],
            heading=_("New bookings"),
        ),
    ]
    inspect_view_fields = [
        "site",
        "lead_time",
        "lead_days",
        "horizon_days",
        "horizon_months",
        "slot_interval_minutes",
        "enabled",
        "new_clients",
        "confirm_contact",
        "max_upcoming",
    ]
