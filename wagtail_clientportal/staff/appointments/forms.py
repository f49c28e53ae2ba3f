"""The forms with which staff arrange appointments. Days and times are the location's, never the reader's own."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...diary.models import Appointment
from ...practice.dates import zone_where_it_differs
from ...practice.durations import minutes_in_words
from ...practice.models import AbsenceReason, AppointmentStatus, Clinician, Location
from ...practice.wall_clock import from_local
from ..common.reach import within_reach
from ..common.typed_fields import DateField, TimeField

# Without it a select whose longest choice is long is wider than a telephone's screen.
SELECT = forms.Select(attrs={"class": "w-w-full"})


class LocationField(forms.ModelChoiceField):
    def label_from_instance(self, location):
        zone = zone_where_it_differs(location.zone)
        return _("%(name)s (%(zone)s)") % {"name": location, "zone": zone} if zone else str(location)


class TypeField(forms.ModelChoiceField):
    def label_from_instance(self, appointment_type):
        length = minutes_in_words(appointment_type.duration_minutes)
        return _("%(name)s (%(length)s)") % {"name": appointment_type, "length": length}


class StatusField(forms.ModelChoiceField):
    def label_from_instance(self, status):
        return status.name if status.attending else _("%(name)s (the time becomes free)") % {"name": status}


class TellClient(forms.Form):
    tell_client = forms.BooleanField(
        label=gettext_lazy("Tell the client"),
        initial=True,
        required=False,
        help_text=gettext_lazy("By each channel that the client wants, as far as a message is published for it."),
    )


class AnywayForm(forms.Form):
    """Shown once it has been said what is unusual about a place."""

    anyway = forms.BooleanField(
        required=False, help_text=gettext_lazy("Knowing all that is said above. It counts for this one place only.")
    )

    def __init__(self, *args, label, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["anyway"].label = label


class SlotForm(TellClient):
    """Who, where and when. A valid form's ``start`` is the aware datetime (UTC) that its day and time mean there.

    :param present: the appointment that is to be moved, if any.
    :param user: whose form it is: who reaches one diary alone books and moves in that one.
    """

    clinician = forms.ModelChoiceField(
        label=gettext_lazy("Clinician"), queryset=Clinician.objects.none(), widget=SELECT
    )
    location = LocationField(label=gettext_lazy("Location"), queryset=Location.objects.none(), widget=SELECT)
    date = DateField(label=gettext_lazy("Date"))
    time = TimeField(
        label=gettext_lazy("Time"),
        help_text=gettext_lazy("As the clocks show it at the location, whose time zone stands beside its name."),
    )

    def __init__(self, *args, user, present: Appointment | None = None, **kwargs):
        self.present = present
        self.start: datetime | None = None
        super().__init__(*args, **kwargs)
        for name, model in (("clinician", Clinician), ("location", Location)):
            offered = Q(is_active=True)
            if present:  # where it is it may stay
                offered |= Q(pk=getattr(present, f"{name}_id"))
            self.fields[name].queryset = within_reach(user, model.objects.filter(offered))

    def clean(self):
        cleaned = super().clean()
        location, day, clock = (cleaned.get(name) for name in ("location", "date", "time"))
        if location and day and clock is not None:
            try:
                self.start = self.moment(location, day, clock)
            except ValidationError as error:
                self.add_error("time", error)
        return cleaned

    def moment(self, location, day, clock) -> datetime:
        """Return the moment (UTC) when the clocks of *location* show *clock* on *day*.

        :raises ValidationError: for a time that they skip.
        """
        if self.present and location.zone == self.present.location.zone:
            now_at = self.present.local_start
            if (now_at.date(), now_at.time()) == (day, clock):
                # Left as it was. In the hour that comes twice in autumn, it stays in the pass that it was in.
                return self.present.start
        return from_local(day, clock, location.zone)


class ChangeForm(SlotForm):
    def __init__(self, *args, present: Appointment, **kwargs):
        start = present.local_start
        kwargs["initial"] = {
            "clinician": present.clinician_id,
            "location": present.location_id,
            "date": start.date(),
            "time": start.time(),
        } | (kwargs.get("initial") or {})
        super().__init__(*args, present=present, **kwargs)


class WithReason(forms.Form):
    """Asks why the client doesn't come, where the clinic has a list of reasons."""

    reason = forms.ModelChoiceField(
        label=gettext_lazy("Reason"),
        queryset=AbsenceReason.objects.filter(is_active=True),
        widget=SELECT,
        required=False,
        empty_label=gettext_lazy("None given"),
        help_text=gettext_lazy("For the staff alone: no client reads it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.fields["reason"].queryset.exists():
            del self.fields["reason"]


class CancelForm(WithReason, TellClient):
    status = StatusField(
        label=gettext_lazy("Status afterwards"),
        queryset=AppointmentStatus.objects.filter(attending=False),
        widget=SELECT,
        required=False,
        empty_label=gettext_lazy("As the portal policy says"),
    )
    field_order = ["status", "reason", "tell_client"]


class SetStatusForm(WithReason):
    status = StatusField(
        label=gettext_lazy("Status"), queryset=AppointmentStatus.objects.all(), empty_label=None, widget=SELECT
    )

    def clean(self):
        cleaned = super().clean()
        status = cleaned.get("status")
        if cleaned.get("reason") and status and status.attending:
            self.add_error("reason", _("A reason goes with a status that frees the time. Choose one, or none here."))
        return cleaned


class SetComingStatusForm(TellClient, SetStatusForm):
    """The status of an appointment to come: where its time becomes free, the client would come in vain."""
