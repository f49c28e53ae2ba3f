"""Locations: where clients are seen, and in which time zone."""

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import BooleanColumn, Column

from ...practice.models import Location
from ..common.typed_fields import TimeField, TypedPanel
from ..common.viewsets import PracticeViewSet


def time_zone_choices() -> list[tuple[str, str]]:
    """The zones that are places ("Europe/London"), in order."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


class LocationViewSet(PracticeViewSet):
    model = Location
    name = "locations"
    icon = "home"
    menu_label = _("Locations")
    list_display = [
        "name",
        Column("phone", label=_("Phone")),
        Column("timezone", label=_("Time zone")),
        Column("site", label=_("Site"), accessor=lambda location: location.site or _("Default site")),
        BooleanColumn("is_active", label=_("Active")),
    ]
    list_filter = ["is_active"]
    search_fields = ["name", "address", "phone"]
    instead = _("Untick “Active” instead: no new times are offered there, and the history stays.")
    panels = [
        FieldPanel("name"),
        FieldPanel("address"),
        FieldPanel("phone"),
        FieldPanel("timezone", widget=forms.Select(choices=time_zone_choices)),
        FieldPanel("site"),
        FieldRowPanel(
            [TypedPanel("quiet_from", TimeField), TypedPanel("quiet_until", TimeField)], heading=_("Quiet hours")
        ),
        FieldPanel("is_active"),
    ]
    inspect_view_fields = ["name", "address", "phone", "timezone", "site", "quiet_from", "quiet_until", "is_active"]
