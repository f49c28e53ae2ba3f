"""Staff cancel appointments, take that back, and set their status."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.cancel import cancel
from ...actions.refusals import NotCurrent
from ...actions.set_status import set_status
from ...actions.steps.permitted import terms_of
from ...communications.queue import messages_about_last_event
from ...diary.models import Appointment, AppointmentEvent
from ...diary.unusual import Reason
from ...outbox.models import OutboundMessage
from ...practice.dates import full_day_in_words
from ...practice.models import AppointmentStatus
from ..common.refusals import Doing
from ..common.urls import new_appointment_url
from ..common.viewsets import may
from .base import ExistingAppointmentView, place_key, sentence_values
from .forms import CancelForm, SetComingStatusForm, SetStatusForm
from .telling import how_told_of_status, how_told_that_it_stands_again, knows_that_it_was_freed

About = OutboundMessage.About
NOT_TOLD = gettext_lazy("The client isn't told.")


def status_before_cancellation(appointment: Appointment) -> AppointmentStatus | None:
    """What status *appointment* had before its cancellation, where that is the last thing that was done to it."""
    last = appointment.events.select_related("old_status").order_by("-pk").first()
    if appointment.holds_place or last is None or last.kind != AppointmentEvent.Kind.CANCELLED:
        return None
    return last.old_status if last.old_status and last.old_status.attending else None


class CancelView(ExistingAppointmentView):
    form_class = CancelForm
    can_be_undone = True
    about = About.CANCELLED
    page_title = gettext_lazy("Cancel appointment")
    panel_heading = gettext_lazy("Cancellation")
    submit_label = gettext_lazy("Cancel the appointment")
    submit_active_label = gettext_lazy("Cancelling…")
    submit_is_serious = True
    rows = [["status"], ["reason"], ["tell_client"]]

    def get_initial(self):
        return {"status": self.status_of_policy}  # asked only where a form is shown for the first time

    def status_of_policy(self) -> int | None:
        return terms_of(self.appointment).rules.status_after_cancellation_id

    def act(self, form):
        return cancel(
            self.appointment,
            by=self.request.user,
            status=form.cleaned_data["status"],
            tell_client=form.cleaned_data["tell_client"],
            reason=form.cleaned_data.get("reason"),
            expected=self.expected,
        )

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s is cancelled: %(when)s. The time is free again.") % sentence_values(
            appointment
        )

    def success_message(self, appointment):
        return self.with_undo(appointment)


class ReinstateView(ExistingAppointmentView):
    """The appointment gets its place in the diary back, or may; who and what is there by now is said first."""

    needs_held_place = False

    def slot_key(self, form):
        return place_key(self.appointment, self.status_wanted(form))

    def status_wanted(self, form) -> AppointmentStatus | None:
        """The status that the appointment is to get; ``None`` where there is none to give it any more."""
        raise NotImplementedError

    def act(self, form):
        status = self.status_wanted(form)
        if status is None:
            raise NotCurrent
        return set_status(
            self.appointment,
            status,
            by=self.request.user,
            expected=self.expected,
            tell_client=self.is_client_to_be_told(form),
            reason=form.cleaned_data.get("reason"),
            # What is over gets its status afterwards: nothing unusual.
            acknowledged=self.acknowledged(form) | {Reason.PAST},
        )

    def is_client_to_be_told(self, form) -> bool:
        return knows_that_it_was_freed(self.appointment)

    def written_to_the_client(self, appointment, form):
        if appointment.status == self.expected.status or not self.is_client_to_be_told(form):
            return None
        return list(messages_about_last_event(appointment)) or None


class UndoView(ReinstateView):
    """Takes the last cancellation back: the appointment gets the status that it had, and its place."""

    doing = Doing.UNDO_CANCELLATION
    form_class = forms.Form
    page_title = gettext_lazy("Undo the cancellation")
    panel_heading = gettext_lazy("Undo the cancellation")
    submit_label = gettext_lazy("Undo the cancellation")

    @property
    def has_nothing_to_do(self) -> bool:
        return status_before_cancellation(self.appointment) is None

    @property
    def note(self) -> str:
        status = status_before_cancellation(self.appointment)
        note = _("The appointment gets back its place in the diary and the status “%(status)s”.") % {"status": status}
        return f"{note} {how_told_that_it_stands_again(self.appointment) or NOT_TOLD}"

    def status_wanted(self, form):
        return status_before_cancellation(self.appointment)

    def way_out(self, refusal, form):
        found = super().way_out(refusal, form)
        if found and may(self.request.user, "add", Appointment):
            gone = self.appointment
            chosen = {
                "client": gone.client_id,
                "appointment_type": gone.appointment_type_id,
                "clinician": gone.clinician_id,
                "location": gone.location_id,
            }
            found["other_time_url"] = new_appointment_url(**chosen)
        return found

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s stands again: %(when)s, with %(clinician)s.") % sentence_values(
            appointment
        )


class SetStatusView(ReinstateView):
    about = About.CANCELLED
    can_be_undone = True
    page_title = gettext_lazy("Set status")
    panel_heading = gettext_lazy("New status")
    submit_label = gettext_lazy("Set the status")

    @property
    def is_expected(self) -> bool:
        """Whether the client expects to come: a status that frees the time cancels the appointment."""
        return self.appointment.holds_place and self.appointment.start > timezone.now()

    @property
    def rows(self):
        return [["status"], ["reason"], *([["tell_client"]] if self.is_expected else [])]

    def get_form_class(self):
        return SetComingStatusForm if self.is_expected else SetStatusForm

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.is_expected:
            told = form.fields["tell_client"]
            told.help_text = _("If the time becomes free: %(how_told)s") % {"how_told": told.help_text}
        return form

    @property
    def note(self) -> str:
        location, start = self.appointment.location, self.appointment.local_start
        if start.date() > location.local(timezone.now()).date():
            only_then = _("This appointment is not today, but on %(day)s.") % {"day": full_day_in_words(start.date())}
            return f"{only_then} {self.told_note}"
        return self.told_note

    @property
    def told_note(self) -> str:
        note = how_told_of_status(self.appointment, About.STATUS_CHANGED) or str(NOT_TOLD)
        if self.is_expected:
            return note + " " + _("A status that frees the time cancels the appointment, and of that they are told.")
        told = "" if self.appointment.holds_place else how_told_that_it_stands_again(self.appointment)
        if told:
            note += " " + _("If the appointment gets its place back: %(how_told)s") % {"how_told": told}
        return note

    def get_initial(self):
        # One that is offered elsewhere by its name, and asked about here.
        return {"status": self.request.GET.get("status") or self.appointment.status_id}

    def status_wanted(self, form):
        return form.cleaned_data["status"]

    def is_client_to_be_told(self, form):
        if not form.cleaned_data["status"].attending:
            return form.cleaned_data.get("tell_client", True)
        return self.appointment.holds_place or super().is_client_to_be_told(form)

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s (%(when)s) now has the status “%(status)s”.") % sentence_values(
            appointment
        )

    def success_message(self, appointment):
        if appointment.status == self.expected.status:
            return self.success_sentence(appointment)
        return self.with_undo(appointment)
