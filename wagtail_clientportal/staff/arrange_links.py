"""Staff send the links to an appointment again, or end them."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..actions.refusals import NotCurrent
from ..actions.revoke_appointment_links import revoke_appointment_links
from ..actions.send_appointment_link import send_appointment_link
from ..outbox.models import OutboundMessage
from .arrange_status import names_of_messages
from .arranging import ExistingView, said


class SendAgainView(ExistingView):
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
        names = names_of_messages(OutboundMessage.About.BOOKED, self.appointment)
        if not names:
            return _("No message for it is published. Publish one for “New appointment” under Messages to clients.")
        return _("The client is sent %(messages)s, with a new link. Links that they have already go on working.") % {
            "messages": names
        }

    def act(self, form):
        self.rows_written = send_appointment_link(self.appointment, by=self.request.user)
        return self.appointment

    def written_to_the_client(self, appointment, form):
        return self.rows_written

    def success_sentence(self, appointment):
        return _("The link to the appointment of %(client)s (%(when)s) is sent again.") % said(appointment)

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, NotCurrent):
            return _("A link opens only an appointment that is still to come and holds its place in the diary.")
        return super().refusal_sentence(refusal, form)


class RevokeLinksView(ExistingView):
    form_class = forms.Form
    needs_place = False
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
