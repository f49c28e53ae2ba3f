"""Staff send the links to an appointment again, or end them."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...actions.revoke_appointment_links import revoke_appointment_links
from ...actions.send_appointment_link import send_appointment_link
from ...communications.channels_for import channels_to_tell_by
from ...outbox.models import OutboundMessage
from ..common.refusals import Doing
from .base import ExistingAppointmentView, sentence_values
from .telling import how_told, why_untold


class SendAgainView(ExistingAppointmentView):
    doing = Doing.SEND_APPOINTMENT_LINK
    form_class = forms.Form
    page_title = gettext_lazy("Send the link again")
    panel_heading = gettext_lazy("Send the link again")
    submit_label = gettext_lazy("Send it")
    submit_active_label = gettext_lazy("Sending…")

    @property
    def has_nothing_to_do(self) -> bool:
        return not self.appointment.is_current(timezone.now())

    @property
    def note(self) -> str:
        if not channels_to_tell_by(self.appointment, OutboundMessage.About.BOOKED):
            return why_untold(self.appointment, OutboundMessage.About.BOOKED)
        told = how_told(self.appointment, OutboundMessage.About.BOOKED)
        return _("%(how_told)s The message has a new link; those that they have already go on working.") % {
            "how_told": told
        }

    def act(self, form):
        self.rows_written = send_appointment_link(self.appointment, by=self.request.user)
        return self.appointment

    def written_to_the_client(self, appointment, form):
        return self.rows_written

    def success_sentence(self, appointment):
        return _("The link to the appointment of %(client)s (%(when)s) is sent again.") % sentence_values(appointment)


class RevokeLinksView(ExistingAppointmentView):
    form_class = forms.Form
    needs_held_place = False
    page_title = gettext_lazy("Revoke links")
    panel_heading = gettext_lazy("Revoke links")
    submit_label = gettext_lazy("Revoke the links")
    submit_is_serious = True
    note = gettext_lazy(
        "Every link to this appointment that was sent until now stops working, and whoever is signed in by one is "
        "signed out. The client can ask for a new link in the portal, or you can send one."
    )

    def act(self, form):
        self.revoked = revoke_appointment_links(self.appointment, by=self.request.user)
        return self.appointment

    def success_sentence(self, appointment):
        return ngettext("%(number)d link was revoked.", "%(number)d links were revoked.", self.revoked) % {
            "number": self.revoked
        }
