"""Appointment statuses: the words for where an appointment stands, and whether it holds its place."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from ...policies.models import PortalPolicy
from ...practice.models import AppointmentStatus
from ..common.viewsets import PracticeForm, PracticeViewSet


def swatch(status: AppointmentStatus) -> str:
    """The colour and its code; drawn with an attribute, because inline styles are not allowed everywhere."""
    return format_html(
        '<svg width="16" height="16" aria-hidden="true"><rect width="16" height="16" rx="3" fill="{0}"/></svg> {0}',
        status.colour,
    )


class StatusForm(PracticeForm):
    def clean_attending(self):
        attending = self.cleaned_data["attending"]
        if attending and self.instance.pk:
            policies = PortalPolicy.objects.filter(status_after_cancellation=self.instance)
            if names := ", ".join(f"“{policy}”" for policy in policies):
                raise forms.ValidationError(
                    _(
                        "Cancelled appointments get this status (portal policy: %(names)s), so it has to free the "
                        "place. Choose another status there first."
                    ),
                    params={"names": names},
                )
        return attending


class StatusViewSet(PracticeViewSet):
    model = AppointmentStatus
    name = "statuses"
    icon = "tag"
    menu_label = _("Appointment statuses")
    list_display = [
        "name",
        Column("colour", label=_("Colour"), accessor=swatch),
        BooleanColumn("attending", label=_("Holds its place in the diary")),
        BooleanColumn("arrived", label=_("The client has arrived")),
        BooleanColumn("is_default", label=_("Default for new appointments")),
    ]
    search_fields = ["name"]
    instead = _("Rename it instead, or give those another status first.")
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("colour", widget=forms.TextInput(attrs={"type": "color"})),
            FieldPanel("attending"),
            FieldPanel("arrived"),
            FieldPanel("is_default"),
        ],
        base_form_class=StatusForm,
    )
    inspect_view_fields = ["name", "colour", "attending", "arrived", "is_default"]
