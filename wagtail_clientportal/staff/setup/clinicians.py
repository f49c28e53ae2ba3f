"""Clinicians, with the hours of their usual week."""

from datetime import time
from itertools import combinations

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from ...availability.models import WorkingHours
from ...diary.models import Appointment
from ...diary.queries import upcoming_with
from ...practice.models import Clinician
from ..common.reach import within_reach
from ..common.typed_fields import DateField, TimeField
from ..common.viewsets import EditView, PracticeForm, PracticeViewSet, may_see
from .appointments_hit import warn_of_appointments
from .calendars import CalendarsPanel

HOURS_FIELDS = ["weekday", "start", "end", "location", "valid_from", "valid_until"]


class WorkingHoursForm(WagtailAdminModelForm):
    class Meta:
        field_classes = {"start": TimeField, "end": TimeField, "valid_from": DateField, "valid_until": DateField}


class BaseWorkingHoursFormSet(forms.BaseInlineFormSet):
    """The whole week at once: no two intervals may share a minute."""

    def clean(self):
        super().clean()
        weeks = [
            form.instance
            for form in self.forms
            if form.is_valid() and form.cleaned_data.get("start") and not form.cleaned_data.get("DELETE")
        ]
        for one, other in combinations(weeks, 2):
            if one.meets(other):
                raise ValidationError(
                    _(
                        "%(weekday)s %(start)s to %(end)s and %(other_start)s to %(other_end)s overlap. "
                        "Change one of the two."
                    ),
                    params={
                        "weekday": one.get_weekday_display(),
                        "start": _clock(one.start),
                        "end": _clock(one.end),
                        "other_start": _clock(other.start),
                        "other_end": _clock(other.end),
                    },
                )


def _clock(moment: time) -> str:
    return moment.strftime("%H:%M")


WorkingHoursFormSet = forms.inlineformset_factory(
    Clinician, WorkingHours, form=WorkingHoursForm, formset=BaseWorkingHoursFormSet, fields=HOURS_FIELDS, extra=0
)


class ClinicianForm(PracticeForm):
    """A clinician and their working hours, saved together."""

    inlines = ("working_hours",)

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


class ClinicianEditView(EditView):
    def save_instance(self):
        was_active = Clinician.objects.filter(pk=self.object.pk, is_active=True).exists()
        clinician = super().save_instance()
        if was_active and not clinician.is_active and may_see(self.request.user, Appointment):
            self.warn_of_what_is_to_come(clinician)
        return clinician

    def warn_of_what_is_to_come(self, clinician: Clinician) -> None:
        """No new appointments are made with them; those that are there stay, until somebody moves them."""
        found = within_reach(self.request.user, upcoming_with(clinician, timezone.now()))
        if count := found.count():
            sentence = ngettext(
                "%(count)d appointment to come is still with this clinician, and stays. Move or cancel it:",
                "%(count)d appointments to come are still with this clinician, and stay. Move or cancel them:",
                count,
            )
            warn_of_appointments(self.request, sentence, count, found)


class ClinicianViewSet(PracticeViewSet):
    model = Clinician
    edit_view_class = ClinicianEditView
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
            MultiFieldPanel([FieldPanel("photo"), FieldPanel("introduction")], heading=_("For whoever books online")),
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
            CalendarsPanel(),
            FieldPanel("external_ref"),
        ],
        base_form_class=ClinicianForm,
    )
    inspect_view_fields = [
        "name",
        "user",
        "photo",
        "introduction",
        "available_online",
        "locations",
        "appointment_types",
        "working_hours",
    ]
