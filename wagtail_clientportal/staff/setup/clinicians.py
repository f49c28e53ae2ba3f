"""Clinicians, with the hours of their usual week."""

from django import forms
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from ...availability.hours import Weekday
from ...diary.models import Appointment
from ...diary.queries import upcoming_with
from ...practice.models import Clinician
from ..common.reach import within_reach
from ..common.viewsets import CreateView, EditView, PracticeForm, PracticeViewSet, may_see
from .appointments_hit import warn_of_appointments
from .calendars import CalendarsPanel
from .working_hours import HOURS_FIELDS, WorkingHoursFormSet, copy_day, values_of


class ClinicianForm(PracticeForm):
    """A clinician and their working hours, saved together.

    :param like: another one, with whose places, types and hours the form of a new one begins.
    """

    inlines = ("working_hours",)
    copy_from = forms.TypedChoiceField(
        label=_("Copy the hours of"),
        choices=[("", "–"), *Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("When this is saved, the days that are ticked get these hours instead of their own."),
    )
    copy_to = forms.TypedMultipleChoiceField(
        label=_("For these days"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data=None, files=None, instance=None, prefix=None, *, like: Clinician | None = None, **kwargs):
        rows = [values_of(one) for one in like.working_hours.all()] if like else []
        if like:
            kwargs["initial"] = model_to_dict(like, ["available_online", "locations", "appointment_types"])
        super().__init__(data, files, instance=instance, prefix=prefix, **kwargs)
        # Plain foreign keys make an ordinary formset; Wagtail's panel shows whatever stands under this name.
        hours = WorkingHoursFormSet(data, files, instance=self.instance, prefix="working_hours", initial=rows)
        hours.extra = len(rows)
        self.formsets["working_hours"] = hours

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("copy_to") and cleaned.get("copy_from") is None and "copy_from" not in self.errors:
            self.add_error("copy_from", _("Choose the day whose hours are copied."))
        return cleaned

    def _save_m2m(self):
        # The clinician is in the database by now.
        super()._save_m2m()
        hours = self.formsets["working_hours"]
        hours.instance = self.instance
        hours.save()
        if self.cleaned_data["copy_to"]:
            copy_day(self.instance, self.cleaned_data["copy_from"], self.cleaned_data["copy_to"])


class ClinicianCopyView(CreateView):
    """The form of a new one, which begins with where, when and at what another one works."""

    def get_form_kwargs(self):
        original = get_object_or_404(within_reach(self.request.user, Clinician.objects.all()), pk=self.kwargs["pk"])
        return super().get_form_kwargs() | {"like": original}


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
    copy_view_enabled = True
    copy_view_class = ClinicianCopyView
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
                panels=[FieldRowPanel([FieldPanel(name) for name in HOURS_FIELDS])],
                classname="clientportal-week",
            ),
            MultiFieldPanel([FieldPanel("copy_from"), FieldPanel("copy_to")], heading=_("Copy a day")),
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
