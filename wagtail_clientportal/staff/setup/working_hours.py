"""A clinician's usual week, as a form edits it: its intervals, and one day's for other days."""

from collections.abc import Collection
from datetime import time
from itertools import combinations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from ...availability.models import WorkingHours
from ...practice.models import Clinician
from ..common.typed_fields import DateField, TimeField

# A tuple, as a formset of Django 5.2 adds its foreign key to a list.
HOURS_FIELDS = ("weekday", "start", "end", "location", "valid_from", "valid_until")


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


def copy_day(clinician: Clinician, weekday: int, to: Collection[int]) -> None:
    """Give the weekdays *to* the hours of *weekday*, instead of those that they have."""
    to = set(to) - {weekday}
    clinician.working_hours.filter(weekday__in=to).delete()
    copied = list(clinician.working_hours.filter(weekday=weekday))
    WorkingHours.objects.bulk_create(
        WorkingHours(clinician=clinician, **values_of(one) | {"weekday": day}) for day in sorted(to) for one in copied
    )


def values_of(hours: WorkingHours) -> dict:
    """Return what a form says of an interval, by the names of its fields."""
    return {name: getattr(hours, name) for name in HOURS_FIELDS}
