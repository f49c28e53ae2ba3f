"""What the screens on which staff arrange appointments have in common: always an action, under its lock."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..actions.refusals import ChangedMeanwhile, NotAllowed, NotCurrent, Refused
from ..communications.queue import said_last
from ..diary.history import Place
from ..diary.models import Appointment
from ..diary.queries import with_details
from ..outbox.models import OutboundMessage
from .local_time import span
from .reach import within_reach
from .viewset import may


def when(appointment: Appointment) -> str:
    return span(appointment.start, appointment.end, appointment.location.zone)


def said(appointment: Appointment) -> dict[str, str]:
    """What sentences about *appointment* are made of."""
    return {
        "client": appointment.client.full_name,
        "when": when(appointment),
        "clinician": appointment.clinician.name,
        "location": appointment.location.name,
        "status": appointment.status.name,
    }


def as_it_stands(appointment: Appointment) -> str:
    """What a form carries along, to notice when somebody else changed the appointment meanwhile."""
    return "/".join(
        str(part)
        for part in (
            appointment.start.isoformat(),
            appointment.clinician_id,
            appointment.location_id,
            appointment.status_id,
        )
    )


class ArrangingView(WagtailAdminTemplateMixin, FormView):
    """A form whose sending is one action.

    Wagtail's own create and edit views wrap ``save`` into a transaction; the diary lock has to be the first thing in
    its own, so nothing here opens one.
    """

    model = Appointment
    permission = "change"
    template_name = "wagtail_clientportal/staff/arranging.html"
    header_icon = "calendar-alt"
    submit_label = ""
    submit_active_label = gettext_lazy("Saving…")
    submit_is_serious = False
    panel_heading = ""
    note = ""
    rows: list[list[str]] = []
    appointment: Appointment | None = None

    def setup(self, request, *args, **kwargs):
        # Asked before anything is looked up, so that a refusal and a missing record are the same.
        if not may(request.user, self.permission, Appointment):
            raise PermissionDenied
        super().setup(request, *args, **kwargs)

    def act(self, form) -> Appointment:
        """Do it.

        :raises Refused: when it isn't possible.
        """
        raise NotImplementedError

    def success_sentence(self, appointment: Appointment) -> str:
        raise NotImplementedError

    def refusal_sentence(self, refusal: Refused, form) -> str:
        if isinstance(refusal, NotCurrent):
            return _("This appointment doesn't hold a place in the diary any more, so there is nothing to change.")
        if isinstance(refusal, NotAllowed):
            return _("That isn't possible for this appointment.")
        return _("That isn't possible. Nothing was changed.")

    def form_valid(self, form):
        try:
            appointment = self.act(form)
        except Refused as refusal:
            return self.refuse(form, self.refusal_sentence(refusal, form), **self.way_out(refusal, form))
        messages.success(self.request, self.success_sentence(appointment))
        if (rows := self.written_to_the_client(appointment, form)) is not None:
            self.say_whether_the_client_is_told(rows)
        return redirect("wagtail_clientportal_appointment_modeladmin_inspect", appointment.pk)

    def written_to_the_client(self, appointment: Appointment, form) -> Iterable[OutboundMessage] | None:
        """The messages that the action wrote; ``None`` where it wasn't to write any."""
        return said_last(appointment) if form.cleaned_data.get("tell_client") else None

    def way_out(self, refusal: Refused, form) -> dict:
        """More for the template, where there is a way on after *refusal*."""
        return {}

    def refuse(self, form, sentence: str, **context):
        return self.render_to_response(self.get_context_data(form=form, refusal=sentence, **context), status=409)

    def say_whether_the_client_is_told(self, rows: Iterable[OutboundMessage]) -> None:
        rows = list(rows)
        on_their_way = [row.recipient for row in rows if row.status != OutboundMessage.Status.DROPPED]
        if on_their_way:
            messages.info(
                self.request,
                _("A message to %(recipients)s is on its way.") % {"recipients": get_text_list(on_their_way, _("and"))},
            )
            return
        reasons = [row.last_error for row in rows] or [_("No message for it is published.")]
        messages.warning(
            self.request, _("The client isn't told of it. %(reason)s") % {"reason": " ".join(map(str, reasons))}
        )

    def get_breadcrumbs_items(self):
        register = reverse("wagtail_clientportal_appointment_modeladmin_index")
        items = [*super().get_breadcrumbs_items(), {"url": register, "label": _("Appointments")}]
        if self.appointment:
            page = reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[self.appointment.pk])
            items.append({"url": page, "label": self.appointment.client.full_name})
        return [*items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | {
            "action_url": self.request.get_full_path(),
            "media": form.media,
            "rows": [[form[name] for name in row] for row in self.rows],
            "submit_button_label": self.submit_label,
            "submit_button_active_label": self.submit_active_label,
            "submit_is_serious": self.submit_is_serious,
            "panel_heading": self.panel_heading,
            "note": self.note,
            "has_unsaved_changes": form.is_bound,
        }


class ExistingView(ArrangingView):
    """Something is done to an appointment as the form showed it; if it changed meanwhile, nothing is."""

    needs_place = True

    @property
    def stood(self) -> Place:
        """What the form showed, for the action to compare under its lock."""
        return Place.of(self.appointment)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.appointment = get_object_or_404(
            within_reach(request.user, with_details(Appointment.objects)), pk=kwargs["pk"]
        )

    @property
    def has_nothing_to_do(self) -> bool:
        return self.needs_place and not self.appointment.holds_place

    def post(self, request, *args, **kwargs):
        # Before the form is judged: were it shown again for another reason, it would carry the new state unnoticed.
        if request.POST.get("as_it_stood") != as_it_stands(self.appointment):
            return self.refuse(self.get_form(), self.conflict_sentence())
        return super().post(request, *args, **kwargs)

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, ChangedMeanwhile):
            self.appointment = with_details(Appointment.objects).get(pk=self.appointment.pk)
            return self.conflict_sentence()
        return super().refusal_sentence(refusal, form)

    def conflict_sentence(self) -> str:
        now = _(
            "This appointment was changed in the meantime. It is now: %(when)s, with %(clinician)s at %(location)s, "
            "status “%(status)s”."
        ) % said(self.appointment)
        return now + " " + _("Nothing was changed here. Look at it again before you go on.")

    def get_page_subtitle(self):
        return self.appointment.client.full_name

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs) | {
            "appointment": self.appointment,
            "when": when(self.appointment),
            "as_it_stands": as_it_stands(self.appointment),
            "back_url": reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[self.appointment.pk]),
            "has_nothing_to_do": self.has_nothing_to_do,
        }
        if self.has_nothing_to_do and not context.get("refusal"):
            context["refusal"] = self.refusal_sentence(NotCurrent(), context["form"])
        return context
