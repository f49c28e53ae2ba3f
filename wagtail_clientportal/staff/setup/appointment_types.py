"""Appointment types: what a client comes for, how long it takes and what follows it."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import BooleanColumn, Column

from ...practice.durations import minutes_in_words
from ...practice.models import AppointmentType
from ..common.viewsets import PracticeViewSet


class AppointmentTypeViewSet(PracticeViewSet):
    model = AppointmentType
    name = "appointment-types"
    icon = "clipboard-list"
    menu_label = _("Appointment types")
    list_display = [
        "name",
        Column("duration", label=_("Duration"), accessor=lambda kind: minutes_in_words(kind.duration_minutes)),
        Column("buffer", label=_("Buffer afterwards"), accessor=lambda kind: minutes_in_words(kind.buffer_minutes)),
        Column("policy", label=_("Portal policy"), accessor=lambda kind: kind.policy or _("The clinic's default")),
        BooleanColumn("bookable_online", label=_("Bookable online")),
        BooleanColumn("is_active", label=_("Active")),
    ]
    list_filter = ["bookable_online", "is_active"]
    search_fields = ["name"]
    instead = _("Untick “Active” instead: it is no longer offered, and the history stays.")
    panels = [
        FieldPanel("name"),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("duration_minutes"), FieldPanel("buffer_minutes"), FieldPanel("price")]),
        FieldRowPanel([FieldPanel("payment"), FieldPanel("deposit")]),
        FieldPanel("bookable_online"),
        FieldPanel("policy"),
        FieldPanel("is_active"),
    ]
    inspect_view_fields = [
        "name",
        "description",
        "duration_minutes",
        "buffer_minutes",
        "price",
        "payment",
        "deposit",
        "bookable_online",
        "policy",
        "is_active",
    ]
