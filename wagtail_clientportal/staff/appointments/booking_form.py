"""The form by which staff book somebody in."""

from datetime import datetime, timedelta
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.book_series import MAX_TIMES
from ...diary.models import Appointment
from ...practice.dates import full_day_in_words
from ...practice.models import AppointmentType, Client
from ..clients.finder import bookable_clients
from .forms import SELECT, SlotForm, TypeField
from .narrowing import NAMES, Fitting, group_choices


class BookingForm(SlotForm):
    """A valid form's ``starts`` are the aware datetimes (UTC) that are to be booked, a week apart.

    :param is_new_client: whether somebody is written down beside it who isn't in the records yet.
    """

    client = forms.ModelChoiceField(
        label=gettext_lazy("Client"),
        queryset=Client.objects.none(),
        widget=forms.HiddenInput,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This client isn't active. Choose another one.")},
    )
    appointment_type = TypeField(
        label=gettext_lazy("Appointment type"),
        queryset=AppointmentType.objects.filter(is_active=True),
        widget=SELECT,
        empty_label=gettext_lazy("Choose one"),
    )
    times = forms.IntegerField(
        label=gettext_lazy("How many times"),
        initial=1,
        required=False,
        min_value=1,
        max_value=MAX_TIMES,
        help_text=gettext_lazy("Every week at the same time. 1: just once."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=Appointment._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=Appointment._meta.get_field("note").help_text,
    )
    # What comes from elsewhere than the page may do without one.
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user, is_new_client: bool = False, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.is_new_client = is_new_client
        self.starts: list[datetime] = []
        self.initial.setdefault("form_key", uuid4())
        self.fields["client"].queryset = bookable_clients(user)
        clinician = self.fields["clinician"]
        clinician.required, clinician.empty_label = False, gettext_lazy("Anyone")
        self.fields["location"].empty_label = gettext_lazy("Choose one")
        clinician.queryset = clinician.queryset.prefetch_related("locations", "appointment_types")

    def only_ones(self) -> dict[str, int]:
        """Return what to fill in because a choice among one is none: of all there are, or of those that fit."""
        fitting, found = self.fitting(), {}
        for name in NAMES:
            pks = [one.pk for one in self.fields[name].queryset]
            fits = [pk for pk in pks if fitting.is_in(name, pk)] if name != "clinician" else []
            only = pks if len(pks) == 1 else fits if len(fits) == 1 else []
            if only and not self[name].value():
                found[name] = only[0]
        return found

    def narrow(self) -> None:
        group_choices(self, self.fitting())

    def fitting(self) -> Fitting:
        chosen = {}
        for name in NAMES:
            try:
                chosen[name] = self.fields[name].clean(self[name].value())
            except ValidationError:
                chosen[name] = None
        return Fitting.to(chosen, self.fields["clinician"].queryset)

    def clean_client(self):
        client = self.cleaned_data["client"]
        if client is None and not self.is_new_client:
            raise ValidationError(_("Find the client, or write down a new one."))
        if client and self.is_new_client:
            raise ValidationError(
                _("Is it this client, or the new one who is written down? Choose another client, or empty those boxes.")
            )
        return client

    def clean(self):
        cleaned = super().clean()
        if self.start and "times" in cleaned:
            times = cleaned["times"] or 1
            self.starts = self.moments(cleaned["location"], cleaned["date"], cleaned["time"], times)
        return cleaned

    def moments(self, location, day, clock, times: int) -> list[datetime]:
        """Return the start of each of so many *times*, a week apart by the clocks of *location*, and refuse the time
        where they skip one of them."""
        found = []
        for number in range(times):
            each = day + timedelta(weeks=number)
            try:
                found.append(self.moment(location, each, clock))
            except ValidationError as error:
                if self.is_bound:
                    said = _("%(day)s: %(why)s") % {"day": full_day_in_words(each), "why": error.messages[0]}
                    self.add_error("time", said)
        return found


class SeriesAnywayForm(forms.Form):
    """Shown once it has been said what is unusual about some of several places."""

    BOOK, LEAVE_OUT = "on", "leave_out"

    anyway = forms.ChoiceField(
        label=gettext_lazy("What becomes of these?"),
        choices=[
            (BOOK, gettext_lazy("Book them anyway, knowing all that is said above")),
            (LEAVE_OUT, gettext_lazy("Leave them out and book the others")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
