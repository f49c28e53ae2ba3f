"""A day and a time are chosen: among the free times beside the form, or any other that somebody writes."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from ...actions.refusals import UnusualPlace, UnusualPlaces
from ...diary.models import Appointment
from ...diary.unusual import unusual
from ...practice.models import Clinician
from .base import AppointmentFormView
from .free_times import FreeWeek, as_received, free_week, next_free, weeks_later

# Buttons beside the form, which fill it in and do nothing else
FILL_IN = frozenset({"show_times", "times_from", "pick", "next_free", "weeks_later"})


def chosen(form, name: str):
    """What stands in a field, sent or filled in; ``None`` for nothing that it takes."""
    try:
        return form.fields[name].clean(form[name].value())
    except ValidationError:
        return None


class ChooseSlotView(AppointmentFormView):
    """Free times are shown a week at a time, and one click fills one in; any other time can be typed.

    Staff may put an appointment anywhere, once they have been told what is unusual there, and there only.
    """

    template_name = "wagtail_clientportal/staff/placing.html"
    # What the address may fill in, beside the start: that of a clicked place of the diary names all of it.
    from_address: tuple[str, ...] = ("clinician", "location")
    fill_in = FILL_IN

    def post(self, request, *args, **kwargs):
        if self.is_filling_in:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    @property
    def is_filling_in(self) -> bool:
        """Whether a button beside the form was pressed: it fills the form in and books nothing."""
        return bool(self.request.POST.keys() & self.fill_in)

    def get_initial(self):
        asked = self.request.GET
        initial = super().get_initial() | {name: asked[name] for name in self.from_address if asked.get(name)}
        if start := as_received(asked.get("start", "")):
            initial |= {"date": start.date(), "time": start.time()}
        return initial | self.filled_in() if self.is_filling_in else initial

    def filled_in(self) -> dict:
        """What was sent along with a button, for the form to go on with."""
        posted = self.request.POST
        sent = {name: posted.get(name, "") for name in self.get_form_class().base_fields}
        sent["tell_client"] = "tell_client" in posted
        if picked := as_received(posted.get("pick", "")):
            sent |= {"date": picked.date(), "time": picked.time()}
        return sent

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"user": self.request.user}
        return kwargs | {"data": None, "files": None} if self.is_filling_in else kwargs

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if form.is_bound or not (more := self.filled_in_by(form)):
            return form
        # Anew: a field keeps what it began with once it was looked at.
        form = type(form)(**self.get_form_kwargs() | {"initial": form.initial | more})
        self.say_how_told(form)
        return form

    def filled_in_by(self, form) -> dict:
        """What an unsent form leads to, beside what stands in it already."""
        start = self.start_asked_for(form) if self.is_filling_in else None
        return {"date": start.date(), "time": start.time()} if start else {}

    def start_asked_for(self, form) -> datetime | None:
        """The local start that a button asks for without naming it; ``None`` for none."""
        if "next_free" in self.request.POST and (offer := self.offer(form)):
            return next_free(*offer, self.start(form), ignoring=self.appointment, now=timezone.now())
        if "weeks_later" in self.request.POST and (base := self.start_before(form)):
            return weeks_later(base)
        return None

    def start_before(self, form) -> datetime | None:
        """From which local start on "in two weeks" counts; ``None`` while there is none."""
        day, clock = chosen(form, "date"), chosen(form, "time")
        return datetime.combine(day, clock) if day and clock is not None else None

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        if self.is_filling_in:
            context["has_unsaved_changes"] = True
        if not form.is_bound and not context.get("refusal"):
            context |= self.named_beforehand(form)
        return context | {"week": self.week(form), "has_start_before": self.start_before(form) is not None}

    def named_beforehand(self, form) -> dict:
        """Say what is unusual about the place that is chosen, before anybody sends the form."""
        now = timezone.now()
        found = {number: (place, unusual(place, now=now)) for number, place in self.places(form).items()}
        places = {
            number: UnusualPlace(appointment=place, found=each) for number, (place, each) in found.items() if each
        }
        if not places:
            return {}
        refusal = UnusualPlaces(places=places)
        return {"refusal": self.refusal_sentence(refusal), **self.way_out(refusal, form)}

    def places(self, form) -> dict[int, Appointment]:
        """The appointments as they would stand, unsaved, each by its number; none while it isn't known where."""
        raise NotImplementedError

    def kind(self, form):
        """The type of the appointment; ``None`` while it isn't chosen."""
        return self.appointment.appointment_type if self.appointment else chosen(form, "appointment_type")

    def clinicians(self, form) -> Collection[Clinician]:
        """Whose free times count; none while it isn't chosen."""
        clinician = chosen(form, "clinician")
        return [clinician] if clinician else []

    def start(self, form) -> datetime | None:
        """The aware datetime that is chosen; ``None`` while there is none."""
        location, day, clock = (chosen(form, name) for name in ("location", "date", "time"))
        if not (location and day and clock is not None):
            return None
        try:
            return form.moment(location, day, clock)
        except ValidationError:
            return None

    def to_be_told_of(self, form):
        client = self.appointment.client if self.appointment else chosen(form, "client")
        kind, location = self.kind(form), chosen(form, "location")
        if client and kind and location:
            return Appointment(client=client, appointment_type=kind, location=location)
        return None

    def offer(self, form) -> tuple | None:
        """Whose free times, for what and where; ``None`` while one of it isn't chosen."""
        clinicians, kind, location = self.clinicians(form), self.kind(form), chosen(form, "location")
        return (clinicians, kind, location) if clinicians and kind and location else None

    def week(self, form) -> FreeWeek | None:
        """The free times that are shown; ``None`` while it isn't chosen who, where and what."""
        if (offer := self.offer(form)) is None:
            return None
        asked = as_received(self.request.POST.get("times_from", ""))
        first = asked.date() if asked else chosen(form, "date")
        return free_week(*offer, first, ignoring=self.appointment, now=timezone.now())

    def slot_key(self, form) -> str:
        client = self.appointment.client if self.appointment else chosen(form, "client")
        start = self.start(form)
        parts = (client, self.kind(form), chosen(form, "clinician"), chosen(form, "location"))
        return "/".join([*(str(one.pk) if one else "" for one in parts), start.isoformat() if start else ""])
