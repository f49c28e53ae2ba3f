"""Staff cancel appointments, take that back, and set their status."""

from django import forms
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..actions.cancel import cancel
from ..actions.permitted import terms_of
from ..actions.refusals import NotCurrent, SlotTaken
from ..actions.set_status import set_status
from ..communications.applicable import applicable, live_templates
from ..diary.models import Appointment, AppointmentEvent
from ..outbox.models import OutboundMessage
from ..practice.models import AppointmentStatus
from .appointment_forms import CancelForm, SetStatusForm
from .arranging import ExistingView, said

About = OutboundMessage.About
NOT_TOLD = gettext_lazy("The client isn't told.")
TAKEN_MEANWHILE = gettext_lazy(
    "With this status the appointment would hold its place in the diary again, but the time has been taken meanwhile "
    "(%(when)s, %(clinician)s). Make a new appointment instead."
)


def names_of_messages(event: str, appointment: Appointment) -> str:
    """The names of the messages that go out to the client on *event*; what is over is told to nobody."""
    if appointment.end <= timezone.now():
        return ""
    templates = applicable(live_templates(event), appointment)
    return get_text_list(list(dict.fromkeys(f"“{template}”" for template in templates)), _("and"))


def status_before_cancellation(appointment: Appointment) -> AppointmentStatus | None:
    """What status *appointment* had before its cancellation, where that is the last thing that was done to it."""
    last = appointment.events.select_related("old_status").order_by("-pk").first()
    if appointment.holds_place or last is None or last.kind != AppointmentEvent.Kind.CANCELLED:
        return None
    return last.old_status if last.old_status and last.old_status.attending else None


class CancelView(ExistingView):
    form_class = CancelForm
    page_title = gettext_lazy("Cancel appointment")
    panel_heading = gettext_lazy("Cancellation")
    submit_label = gettext_lazy("Cancel the appointment")
    submit_active_label = gettext_lazy("Cancelling…")
    submit_is_serious = True
    rows = [["status"], ["tell_client"]]

    def get_initial(self):
        return {"status": terms_of(self.appointment).rules.status_after_cancellation_id}

    def act(self, form):
        return cancel(
            self.appointment,
            by=self.request.user,
            status=form.cleaned_data["status"],
            tell_client=form.cleaned_data["tell_client"],
            stood=self.stood,
        )

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s is cancelled: %(when)s. The time is free again.") % said(appointment)


class UndoView(ExistingView):
    """Takes the last cancellation back: the appointment gets the status that it had, and its place."""

    form_class = forms.Form
    needs_place = False
    page_title = gettext_lazy("Undo the cancellation")
    panel_heading = gettext_lazy("Undo the cancellation")
    submit_label = gettext_lazy("Undo the cancellation")

    @property
    def has_nothing_to_do(self) -> bool:
        return status_before_cancellation(self.appointment) is None

    @property
    def note(self) -> str:
        status = status_before_cancellation(self.appointment)
        told = names_of_messages(About.BOOKED, self.appointment)
        note = _("The appointment gets back its place in the diary and the status “%(status)s”.") % {"status": status}
        return note + " " + (_("The client is told by: %(messages)s.") % {"messages": told} if told else NOT_TOLD)

    def act(self, form):
        status = status_before_cancellation(self.appointment)
        if status is None:
            raise NotCurrent
        return set_status(self.appointment, status, by=self.request.user, stood=self.stood)

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s stands again: %(when)s, with %(clinician)s.") % said(appointment)

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, SlotTaken):
            return TAKEN_MEANWHILE % said(self.appointment)
        if isinstance(refusal, NotCurrent):
            return _("There is no cancellation to undo: something else was done to this appointment since.")
        return super().refusal_sentence(refusal, form)


class SetStatusView(ExistingView):
    form_class = SetStatusForm
    needs_place = False
    page_title = gettext_lazy("Set status")
    panel_heading = gettext_lazy("New status")
    submit_label = gettext_lazy("Set the status")
    rows = [["status"]]

    @property
    def note(self) -> str:
        note = _("The client isn't told. To cancel an appointment and tell the client, use “Cancel appointment”.")
        if names := names_of_messages(About.STATUS_CHANGED, self.appointment):
            note = _("The client is told by: %(messages)s.") % {"messages": names}
        told = "" if self.appointment.holds_place else names_of_messages(About.BOOKED, self.appointment)
        if told:
            note += " " + _("If the appointment gets its place back, by: %(messages)s.") % {"messages": told}
        return note

    def get_initial(self):
        return {"status": self.appointment.status_id}

    def act(self, form):
        return set_status(self.appointment, form.cleaned_data["status"], by=self.request.user, stood=self.stood)

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s (%(when)s) now has the status “%(status)s”.") % said(appointment)

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, SlotTaken):
            return TAKEN_MEANWHILE % said(self.appointment)
        return super().refusal_sentence(refusal, form)
