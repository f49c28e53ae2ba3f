"""Staff move an appointment: to a free time, or to any time they say."""

from copy import copy

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.change import change
from ...outbox.models import OutboundMessage
from ..common.refusals import Doing
from .base import ExistingAppointmentView, sentence_values
from .choose_slot import ChooseSlotView, chosen
from .forms import ChangeForm


class ChangeView(ExistingAppointmentView, ChooseSlotView):
    doing = Doing.MOVE
    form_class = ChangeForm
    about = OutboundMessage.About.CHANGED
    page_title = gettext_lazy("Change appointment")
    panel_heading = gettext_lazy("Where it moves to")
    submit_label = gettext_lazy("Move the appointment")
    anyway_label = gettext_lazy("Move it anyway")
    rows = [["clinician", "location"], ["date", "time"], ["tell_client"]]

    def get(self, request, *args, **kwargs):
        if self.is_filling_in or "start" not in request.GET:
            return super().get(request, *args, **kwargs)
        return self.show_asked_place()

    def show_asked_place(self):
        """Show the place that the address names; where it names none, say why beside the fields."""
        form = self.get_form()
        data = {name: form[name].value() for name in form.fields}
        asked = self.form_class(**self.get_form_kwargs() | {"data": data})
        if not asked.is_valid():
            self.say_how_told(asked)
            form = asked
        return self.render_to_response(self.get_context_data(form=form))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"present": self.appointment}

    def places(self, form):
        clinician, location, start = chosen(form, "clinician"), chosen(form, "location"), self.start(form)
        if not (clinician and location and start):
            return {}
        moved = copy(self.appointment)
        moved.move(start, clinician=clinician, location=location)
        unmoved = (moved.start, moved.clinician_id, moved.location_id)
        present = (self.appointment.start, self.appointment.clinician_id, self.appointment.location_id)
        return {} if unmoved == present else {0: moved}

    def act(self, form):
        cleaned = form.cleaned_data
        return change(
            self.appointment,
            form.start,
            by=self.request.user,
            clinician=cleaned["clinician"],
            location=cleaned["location"],
            tell_client=cleaned["tell_client"],
            acknowledged=self.acknowledged(form),
            expected=self.expected,
        )

    def success_sentence(self, appointment):
        return _(
            "The appointment of %(client)s is now: %(when)s, with %(clinician)s at %(location)s."
        ) % sentence_values(appointment)
