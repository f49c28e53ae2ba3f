"""Staff write a note on an appointment, for the desk."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...actions.set_note import set_note
from ...diary.models import Appointment
from ..common.edit_conflicts import digest
from .base import ExistingAppointmentView, sentence_values


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=Appointment._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=Appointment._meta.get_field("note").help_text,
    )


class NoteView(ExistingAppointmentView):
    form_class = NoteForm
    needs_held_place = False
    page_title = gettext_lazy("Note")
    panel_heading = gettext_lazy("Note")
    submit_label = gettext_lazy("Save the note")
    rows = [["note"]]

    def version(self):
        return digest("note", self.appointment.note)

    def get_initial(self):
        return {"note": self.appointment.note}

    def act(self, form):
        return set_note(self.appointment, form.cleaned_data["note"], expected=self.appointment.note)

    def conflict_sentence(self):
        if self.appointment.note:
            now = _("Somebody else changed the note in the meantime. It says now: “%(note)s”") % {
                "note": self.appointment.note
            }
        else:
            now = _("Somebody else took the note away in the meantime.")
        return now + " " + _("Nothing was changed here. To replace it, save again.")

    def success_sentence(self, appointment):
        return _("The note on the appointment of %(client)s (%(when)s) is saved.") % sentence_values(appointment)
