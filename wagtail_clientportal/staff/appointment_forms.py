"""The forms with which staff arrange appointments. Days and times are the location's, never the reader's own."""

from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from ..diary.models import Appointment
from ..practice.dates import zone_in_words
from ..practice.models import AppointmentStatus, AppointmentType, Client, Clinician, Location
from .appointment_types import minutes
from .client_chooser import CLIENT_CHOOSER
from .local_time import from_local, validate_day
from .reach import within_reach

# Without it a select whose longest choice is long is wider than a telephone's screen.
SELECT = forms.Select(attrs={"class": "w-w-full"})


def validate_whole_minute(clock: time) -> None:
    if clock.second or clock.microsecond:
        raise ValidationError(_("Write the time in hours and minutes, like 14:30."))


class LocationField(forms.ModelChoiceField):
    def label_from_instance(self, location):
        return _("%(name)s (%(zone)s)") % {"name": location, "zone": zone_in_words(location.zone)}


class TypeField(forms.ModelChoiceField):
    def label_from_instance(self, appointment_type):
        length = minutes(appointment_type.duration_minutes)
        return _("%(name)s (%(length)s)") % {"name": appointment_type, "length": length}


class StatusField(forms.ModelChoiceField):
    def label_from_instance(self, status):
        return status.name if status.attending else _("%(name)s (the time becomes free)") % {"name": status}


class TellClient(forms.Form):
    tell_client = forms.BooleanField(
        label=gettext_lazy("Tell the client"),
        initial=True,
        required=False,
        help_text=gettext_lazy("By email, or by text where the client has no email."),
    )


class OverbookForm(forms.Form):
    """Shown once the diary has said that the time is taken."""

    overbook = forms.BooleanField(
        label=gettext_lazy("Book it anyway (overbook)"),
        required=False,
        help_text=gettext_lazy("The clinician then has both at the same time."),
    )


class PlaceForm(TellClient):
    """Who, where and when. A valid form's ``start`` is the aware datetime (UTC) that its day and time mean there.

    :param present: the appointment that is to be moved, if any.
    :param user: whose form it is: who reaches one diary alone books and moves in that one.
    """

    clinician = forms.ModelChoiceField(
        label=gettext_lazy("Clinician"), queryset=Clinician.objects.none(), widget=SELECT
    )
    location = LocationField(label=gettext_lazy("Location"), queryset=Location.objects.none(), widget=SELECT)
    date = forms.DateField(label=gettext_lazy("Date"), widget=AdminDateInput, validators=[validate_day])
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=AdminTimeInput,
        validators=[validate_whole_minute],
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
        self.order_fields(["client", "appointment_type", "clinician", "location", "date", "time"])

    def clean(self):
        cleaned = super().clean()
        location, day, clock = (cleaned.get(name) for name in ("location", "date", "time"))
        if location and day and clock is not None:
            try:
                self.start = self._moment(location, day, clock)
            except ValidationError as error:
                self.add_error("time", error)
        return cleaned

    def _moment(self, location, day, clock) -> datetime:
        if self.present and location.zone == self.present.location.zone:
            now_at = self.present.local_start
            if (now_at.date(), now_at.time()) == (day, clock):
                # Left as it was. In the hour that comes twice in autumn, it stays in the pass that it was in.
                return self.present.start
        return from_local(day, clock, location.zone)


class NewAppointmentForm(PlaceForm):
    client = forms.ModelChoiceField(
        label=gettext_lazy("Client"),
        queryset=Client.objects.filter(is_active=True),
        widget=CLIENT_CHOOSER.widget_class,
        error_messages={"invalid_choice": gettext_lazy("This client isn't active. Choose another one.")},
    )
    appointment_type = TypeField(
        label=gettext_lazy("Appointment type"), queryset=AppointmentType.objects.filter(is_active=True), widget=SELECT
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        clients = self.fields["client"]
        clients.queryset, clients.widget.user = within_reach(user, clients.queryset), user
        # A choice among one is none.
        for name in ("clinician", "location", "appointment_type"):
            only = list(self.fields[name].queryset[:2])
            if len(only) == 1:
                self.initial.setdefault(name, only[0].pk)


class ChangeForm(PlaceForm):
    def __init__(self, *args, present: Appointment, **kwargs):
        start = present.local_start
        kwargs["initial"] = {
            "clinician": present.clinician_id,
            "location": present.location_id,
            "date": start.date(),
            "time": start.time(),
        } | (kwargs.get("initial") or {})
        super().__init__(*args, present=present, **kwargs)


class CancelForm(TellClient):
    status = StatusField(
        label=gettext_lazy("Status afterwards"),
        queryset=AppointmentStatus.objects.filter(attending=False),
        widget=SELECT,
        required=False,
        empty_label=gettext_lazy("As the portal policy says"),
    )
    field_order = ["status", "tell_client"]


class SetStatusForm(forms.Form):
    status = StatusField(
        label=gettext_lazy("Status"), queryset=AppointmentStatus.objects.all(), empty_label=None, widget=SELECT
    )
