"""Clinicians, with the hours of their usual week."""

from datetime import date, time
from itertools import combinations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from ..availability.hours import overlap
from ..availability.models import WorkingHours
from ..practice.models import Clinician
from .viewset import PracticeViewSet

HOURS_FIELDS = ["weekday", "start", "end", "location", "valid_from", "valid_until"]


class WorkingHoursForm(WagtailAdminModelForm):
    class Meta:
        widgets = {
            "start": AdminTimeInput,
            "end": AdminTimeInput,
            "valid_from": AdminDateInput,
            "valid_until": AdminDateInput,
        }


class BaseWorkingHoursFormSet(forms.BaseInlineFormSet):
    """The whole week at once: no two intervals may share a minute."""

    def clean(self):
        super().clean()
        weeks = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data.get("start") and not form.cleaned_data.get("DELETE")
        ]
        for one, other in combinations(weeks, 2):
            if _meet(one, other):
                raise ValidationError(
                    _(
                        "%(weekday)s %(start)s to %(end)s and %(other_start)s to %(other_end)s overlap. "
                        "Change one of the two."
                    ),
                    params={
                        "weekday": WorkingHours(weekday=one["weekday"]).get_weekday_display(),
                        "start": _clock(one["start"]),
                        "end": _clock(one["end"]),
                        "other_start": _clock(other["start"]),
                        "other_end": _clock(other["end"]),
                    },
                )


def _meet(one: dict, other: dict) -> bool:
    return (
        one["weekday"] == other["weekday"]
        and overlap(one["start"], one["end"], other["start"], other["end"])
        and (one["valid_from"] or date.min) <= (other["valid_until"] or date.max)
        and (other["valid_from"] or date.min) <= (one["valid_until"] or date.max)
    )


def _clock(moment: time) -> str:
    return moment.strftime("%H:%M")


WorkingHoursFormSet = forms.inlineformset_factory(
    Clinician, WorkingHours, form=WorkingHoursForm, formset=BaseWorkingHoursFormSet, fields=HOURS_FIELDS, extra=0
)


class ClinicianForm(WagtailAdminModelForm):
    """A clinician and their working hours, saved together."""

    def __init__(self, data=None, files=None, instance=None, prefix=None, **kwargs):
        super().__init__(data, files, instance=instance, prefix=prefix, **kwargs)
        # Plain foreign keys make an ordinary formset; Wagtail's panel shows whatever stands under this name.
        self.formsets["working_hours"] = WorkingHoursFormSet(
            data, files, instance=self.instance, prefix="working_hours"
        )

    def _save_m2m(self):
        # The clinician is in the database by now.
        super()._save_m2m()
        hours = self.formsets["working_hours"]
        hours.instance = self.instance
        hours.save()


class ClinicianViewSet(PracticeViewSet):
    model = Clinician
    name = "clinicians"
    icon = "user"
    menu_label = _("Clinicians")
    list_display = [
        "name",
        Column(
            "locations",
            label=_("Locations"),
            accessor=lambda clinician: ", ".join(location.name for location in clinician.locations.all()),
        ),
        Column("user", label=_("Staff account")),
        BooleanColumn("available_online", label=_("Available online")),
        BooleanColumn("is_active", label=_("Active")),
    ]
    list_filter = ["locations", "available_online", "is_active"]
    search_fields = ["name", "external_ref"]
    instead = _("Untick “Active” instead: no new times are offered, and the history stays.")
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("user"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("available_online"), FieldPanel("is_active")]),
                    FieldPanel("locations", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("appointment_types", widget=forms.CheckboxSelectMultiple),
                ],
                heading=_("What can be booked"),
            ),
            InlinePanel(
                "working_hours",
                heading=_("Working hours"),
                label=_("hours"),
                help_text=_(
                    "The usual week, in the local time of the location. Several intervals a day are fine. "
                    "Timetabled hours replace them on single dates."
                ),
                panels=[
                    FieldPanel("weekday"),
                    FieldRowPanel([FieldPanel("start"), FieldPanel("end")]),
                    FieldPanel("location"),
                    FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
                ],
            ),
            FieldPanel("external_ref"),
        ],
        base_form_class=ClinicianForm,
    )
    inspect_view_fields = ["name", "user", "available_online", "locations", "appointment_types", "working_hours"]
