"""Staff book appointments and move them: to a free time, or to any time they say."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.book import book
from ..actions.change import change
from ..actions.refusals import SlotNotOffered, SlotTaken
from .appointment_forms import ChangeForm, NewAppointmentForm, OverbookForm
from .arranging import ArrangingView, ExistingView, said
from .free_times import FreeWeek, as_received, free_week
from .local_time import day_and_time


def chosen(form, name: str):
    """What stands in a field, sent or filled in; ``None`` for nothing that it takes."""
    try:
        return form.fields[name].clean(form[name].value())
    except ValidationError:
        return None


class PlacingView(ArrangingView):
    """Free times are shown a week at a time, and one click fills one in; any other time can be typed.

    Staff may put an appointment over another one, once they have been told, and for that very place only.
    """

    template_name = "wagtail_clientportal/staff/placing.html"

    def post(self, request, *args, **kwargs):
        if self.is_filling_in:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    @property
    def is_filling_in(self) -> bool:
        """Whether a button beside the form was pressed: it fills the form in and books nothing."""
        return bool(self.request.POST.keys() & {"show_times", "times_from", "pick"})

    def get_initial(self):
        initial = super().get_initial()
        if self.is_filling_in:
            posted = self.request.POST
            initial |= {name: posted.get(name, "") for row in self.rows for name in row}
            initial["tell_client"] = "tell_client" in posted
            if picked := as_received(posted.get("pick", "")):
                initial |= {"date": picked.date(), "time": picked.time()}
        return initial

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"user": self.request.user}
        return kwargs | {"data": None, "files": None} if self.is_filling_in else kwargs

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        filled_in = {"has_unsaved_changes": True} if self.is_filling_in else {}
        return context | filled_in | {"week": self.week(context["form"])}

    def week(self, form) -> FreeWeek | None:
        """The free times that are shown; ``None`` while it isn't chosen who, where and what."""
        clinician, location = chosen(form, "clinician"), chosen(form, "location")
        kind = self.appointment.appointment_type if self.appointment else chosen(form, "appointment_type")
        if not (clinician and location and kind):
            return None
        asked = as_received(self.request.POST.get("times_from", ""))
        first = asked.date() if asked else chosen(form, "date")
        return free_week(clinician, kind, location, first, ignoring=self.appointment, now=timezone.now())

    def place(self, form) -> str:
        """What "yes, overbook" is said to: the clinician, the moment, and how long it takes there."""
        cleaned = form.cleaned_data
        kind = cleaned.get("appointment_type") or self.appointment.appointment_type
        return f"{cleaned['clinician'].pk}/{kind.pk}/{form.start.isoformat()}"

    def overbooks(self, form) -> bool:
        return bool(self.request.POST.get("overbook")) and self.request.POST.get("overbook_place") == self.place(form)

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, SlotTaken):
            cleaned = form.cleaned_data
            return _("%(clinician)s isn't free then (%(when)s). Choose another time, or book it anyway.") % {
                "clinician": cleaned["clinician"],
                "when": day_and_time(form.start, cleaned["location"].zone),
            }
        return super().refusal_sentence(refusal, form)

    def way_out(self, refusal, form):
        if not isinstance(refusal, SlotTaken):
            return {}
        return {"overbook_form": OverbookForm(), "overbook_place": self.place(form)}


class NewView(PlacingView):
    permission = "add"
    form_class = NewAppointmentForm
    page_title = gettext_lazy("New appointment")
    submit_label = gettext_lazy("Book the appointment")
    submit_active_label = gettext_lazy("Booking…")
    rows = [["client"], ["appointment_type"], ["clinician", "location"], ["date", "time"], ["tell_client"]]

    def get_initial(self):
        client = self.request.GET.get("client")
        # Who was chosen since stays chosen, whomever the address names.
        return ({"client": client} if client else {}) | super().get_initial()

    def act(self, form):
        cleaned = form.cleaned_data
        return book(
            cleaned["client"],
            cleaned["clinician"],
            cleaned["location"],
            cleaned["appointment_type"],
            form.start,
            by=self.request.user,
            overbook=self.overbooks(form),
            tell_client=cleaned["tell_client"],
        )

    def success_sentence(self, appointment):
        return _("%(client)s is booked in: %(when)s, with %(clinician)s at %(location)s.") % said(appointment)

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, SlotNotOffered):
            return _("With its buffer an appointment of this type would take longer than 24 hours.")
        return super().refusal_sentence(refusal, form)


class ChangeView(ExistingView, PlacingView):
    form_class = ChangeForm
    page_title = gettext_lazy("Change appointment")
    panel_heading = gettext_lazy("Where it moves to")
    submit_label = gettext_lazy("Move the appointment")
    rows = [["clinician", "location"], ["date", "time"], ["tell_client"]]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"present": self.appointment}

    def act(self, form):
        cleaned = form.cleaned_data
        return change(
            self.appointment,
            form.start,
            by=self.request.user,
            clinician=cleaned["clinician"],
            location=cleaned["location"],
            overbook=self.overbooks(form),
            tell_client=cleaned["tell_client"],
            stood=self.stood,
        )

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s is now: %(when)s, with %(clinician)s at %(location)s.") % said(
            appointment
        )

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, SlotNotOffered):
            return _("That is where the appointment is already. Choose another time, clinician or location.")
        return super().refusal_sentence(refusal, form)
