"""Staff make, move and cancel appointments, and set their status: always by the actions, under their lock."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from ..actions.book import book
from ..actions.cancel import cancel
from ..actions.change import change
from ..actions.permitted import terms_of
from ..actions.refusals import NotAllowed, NotCurrent, Refused, SlotNotOffered, SlotTaken
from ..actions.set_status import set_status
from ..communications.applicable import applicable, live_templates
from ..communications.queue import said_last
from ..diary.models import Appointment
from ..diary.queries import with_details
from ..outbox.models import OutboundMessage
from .appointment_forms import CancelForm, ChangeForm, NewAppointmentForm, OverbookForm, SetStatusForm
from .local_time import day_and_time, span
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
        self.say_whether_the_client_is_told(appointment, form)
        return redirect("wagtail_clientportal_appointment_modeladmin_inspect", appointment.pk)

    def way_out(self, refusal: Refused, form) -> dict:
        """More for the template, where there is a way on after *refusal*."""
        return {}

    def refuse(self, form, sentence: str, **context):
        return self.render_to_response(self.get_context_data(form=form, refusal=sentence, **context), status=409)

    def say_whether_the_client_is_told(self, appointment: Appointment, form) -> None:
        if not form.cleaned_data.get("tell_client"):
            return
        rows = said_last(appointment)
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


class Overbooking:
    """Staff may put an appointment over another one, once they have been told, and for that very place only."""

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


class NewView(Overbooking, ArrangingView):
    permission = "add"
    form_class = NewAppointmentForm
    page_title = gettext_lazy("New appointment")
    submit_label = gettext_lazy("Book the appointment")
    submit_active_label = gettext_lazy("Booking…")
    rows = [["client"], ["appointment_type"], ["clinician", "location"], ["date", "time"], ["tell_client"]]

    def get_initial(self):
        client = self.request.GET.get("client")
        return {"client": client} if client else {}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

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


class ExistingView(ArrangingView):
    """Something is done to an appointment as the form showed it; if it changed meanwhile, nothing is."""

    needs_place = True

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


class ChangeView(Overbooking, ExistingView):
    form_class = ChangeForm
    page_title = gettext_lazy("Change appointment")
    panel_heading = gettext_lazy("Where it moves to")
    submit_label = gettext_lazy("Move the appointment")
    rows = [["clinician", "location"], ["date", "time"], ["tell_client"]]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"present": self.appointment, "user": self.request.user}

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
        )

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s is now: %(when)s, with %(clinician)s at %(location)s.") % said(
            appointment
        )

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, SlotNotOffered):
            return _("That is where the appointment is already. Choose another time, clinician or location.")
        return super().refusal_sentence(refusal, form)


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
        )

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s is cancelled: %(when)s. The time is free again.") % said(appointment)


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
        if names := self.messages_about(OutboundMessage.About.STATUS_CHANGED):
            note = _("The client is told by: %(messages)s.") % {"messages": names}
        if not self.appointment.holds_place and (names := self.messages_about(OutboundMessage.About.BOOKED)):
            note += " " + _("If the appointment gets its place back, by: %(messages)s.") % {"messages": names}
        return note

    def messages_about(self, event: str) -> str:
        """The names of the messages that go out on *event*; what is over is told to nobody."""
        if self.appointment.end <= timezone.now():
            return ""
        templates = applicable(live_templates(event), self.appointment)
        return get_text_list([f"“{template}”" for template in templates], _("and"))

    def get_initial(self):
        return {"status": self.appointment.status_id}

    def act(self, form):
        return set_status(self.appointment, form.cleaned_data["status"], by=self.request.user)

    def success_sentence(self, appointment):
        return _("The appointment of %(client)s (%(when)s) now has the status “%(status)s”.") % said(appointment)

    def refusal_sentence(self, refusal, form):
        if isinstance(refusal, SlotTaken):
            return _(
                "With this status the appointment would hold its place in the diary again, but the time has been taken "
                "meanwhile (%(when)s, %(clinician)s). Make a new appointment instead."
            ) % said(self.appointment)
        return super().refusal_sentence(refusal, form)


class ArrangingViewSet(ViewSet):
    """Beside the register of appointments, which only reads."""

    url_prefix = "clientportal/appointments"
    url_namespace = "clientportal_appointment"

    def get_urlpatterns(self):
        return [
            path("new/", self.construct_view(NewView), name="new"),
            path("<int:pk>/change/", self.construct_view(ChangeView), name="change"),
            path("<int:pk>/cancel/", self.construct_view(CancelView), name="cancel"),
            path("<int:pk>/status/", self.construct_view(SetStatusView), name="set_status"),
        ]
