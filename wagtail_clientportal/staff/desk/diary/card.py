"""The diary's card: what one appointment is, and what is done with it most often."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ....diary.models import Appointment
from ....diary.queries import with_details
from ....practice.durations import duration_in_words
from ....practice.models import Client
from ...appointments.telling import messages_by_event, was_told
from ...common.local_time import span
from ...common.reach import within_reach
from ...common.urls import arranging_url, client_url, diary_url, inspect_url
from ...common.viewsets import may, may_see
from ..quick_actions import quick_actions, what_is_offered


class CardView(WagtailAdminTemplateMixin, TemplateView):
    """A page of its own; with a script, what is in it is shown above the diary."""

    page_title = gettext_lazy("Appointment")
    header_icon = "calendar-alt"
    template_name = "wagtail_clientportal/staff/diary/card.html"

    def setup(self, request, *args, **kwargs):
        if not may_see(request.user, Appointment):
            raise PermissionDenied
        super().setup(request, *args, **kwargs)
        self.appointment = get_object_or_404(
            within_reach(request.user, with_details(Appointment.objects)), pk=kwargs["pk"]
        )

    def get_page_subtitle(self):
        return self.appointment.client.full_name

    def get_context_data(self, **kwargs):
        appointment, user = self.appointment, self.request.user
        back = {"next": get_valid_next_url_from_request(self.request) or diary_url()}
        may_change = may(user, "change", Appointment)
        return super().get_context_data(**kwargs) | {
            "appointment": appointment,
            "when": span(appointment.start, appointment.end, appointment.location.zone),
            "length": duration_in_words(appointment.duration),
            "may_change": may_change,
            "quick": quick_actions(appointment, what_is_offered(), now=timezone.now(), back=back["next"])
            if may_change
            else None,
            "told": self.told(),
            "client_url": client_url(appointment.client_id) if may_see(user, Client) else "",
            "appointment_url": inspect_url(Appointment, appointment.pk),
            "change_url": arranging_url("change", appointment.pk, **back),
            "status_url": arranging_url("set_status", appointment.pk, **back),
        }

    def told(self) -> str:
        """Whether the client was told of what was done last, and by which channels."""
        last = self.appointment.events.order_by("-pk").first()
        if last is None:
            return ""
        told = was_told(messages_by_event(self.appointment).get(last.pk, ()))
        return _("%(what)s: %(told)s") % {"what": last.get_kind_display(), "told": told}

    def get_breadcrumbs_items(self):
        here = {"url": "", "label": self.get_page_subtitle()}
        return [*super().get_breadcrumbs_items(), {"url": diary_url(), "label": _("Diary")}, here]
