"""Which figures does somebody want to see? Of what days, whose, where, and line by line for what."""

from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...practice.location import site_today
from ...practice.models import Clinician, Location
from ...practice.wall_clock import validate_day
from ..common.typed_fields import PastDateField
from .periods import Period, days_of

MAX_DAYS = 2 * 366  # the weeks of two years are as many as a page can show


class By(TextChoices):
    WEEK = "week", gettext_lazy("Week")
    CLINICIAN = "clinician", gettext_lazy("Clinician")
    LOCATION = "location", gettext_lazy("Location")


class DayField(PastDateField):
    judge = staticmethod(validate_day)


@dataclass(frozen=True)
class Choice:
    first: date
    last: date
    by: By
    clinician: Clinician | None
    location: Location | None


class ChoiceForm(forms.Form):
    """Days that are typed count before a period that is chosen. Of a valid form, ``choice`` is what it asks for."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=Period.choices, required=False)
    first_day = DayField(label=gettext_lazy("First day"), required=False)
    last_day = DayField(label=gettext_lazy("Last day"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("A line for each"), choices=By.choices, required=False)
    clinician = forms.TypedChoiceField(label=gettext_lazy("Clinician"), coerce=int, empty_value=None, required=False)
    location = forms.TypedChoiceField(label=gettext_lazy("Location"), coerce=int, empty_value=None, required=False)

    def __init__(self, data, *, clinicians: list[Clinician], locations: list[Location]):
        """
        :param data: what the address says.
        :param clinicians, locations: those within reach of who asks.
        """
        super().__init__({"period": Period.MONTH.value, "by": By.WEEK.value} | data, auto_id="figures-%s")
        self.records = {"clinician": clinicians, "location": locations}
        self.fields["clinician"].choices = [("", _("Every clinician")), *((one.pk, one.name) for one in clinicians)]
        self.fields["location"].choices = [("", _("Every location")), *((one.pk, one.name) for one in locations)]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if not self.errors and (first or last or cleaned["period"] == Period.DAYS):
            self._judge(first, last)
            self.data["period"] = Period.DAYS.value
        return cleaned

    def _judge(self, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            self.add_error("last_day" if first else "first_day", _("Write both days."))
        elif last < first:
            self.add_error("last_day", _("The last day can't be before the first day."))
        elif last - first >= timedelta(days=MAX_DAYS):
            self.add_error("last_day", _("Choose at most two years at a time."))

    @property
    def choice(self) -> Choice:
        asked = self.cleaned_data
        if asked["first_day"]:
            first, last = asked["first_day"], asked["last_day"]
        else:
            first, last = days_of(Period(asked["period"] or Period.MONTH), site_today())
        by = By(asked["by"] or By.WEEK)
        return Choice(first, last, by, self._record("clinician"), self._record("location"))

    def _record(self, name: str):
        return next((one for one in self.records[name] if one.pk == self.cleaned_data[name]), None)
