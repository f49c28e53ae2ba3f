"""What the screens on which staff arrange appointments have in common: always an action, under its lock."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...actions.refusals import ChangedMeanwhile, NotCurrent, Refused, UnusualPlace, UnusualPlaces
from ...communications.queue import messages_about_last_event
from ...diary.history import Snapshot
from ...diary.models import Appointment
from ...diary.queries import with_details
from ...diary.unusual import unusual
from ...outbox.models import OutboundMessage
from ...practice.models import AppointmentStatus
from ..common.local_time import span
from ..common.reach import within_reach
from ..common.refusals import Doing, why_not
from ..common.urls import arranging_url, inspect_url, register_url
from ..common.viewsets import may
from .forms import AnywayForm
from .telling import how_told, how_told_of_status, how_told_that_it_stands_again
from .unusual_sentences import sentences_for


def when(appointment: Appointment) -> str:
    return span(appointment.start, appointment.end, appointment.location.zone)


def sentence_values(appointment: Appointment) -> dict[str, str]:
    """What sentences about *appointment* are made of."""
    return {
        "client": appointment.client.full_name,
        "when": when(appointment),
        "clinician": appointment.clinician.name,
        "location": appointment.location.name,
        "status": appointment.status.name,
    }


def current_version(appointment: Appointment) -> str:
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


def place_key(appointment: Appointment, status: AppointmentStatus | None) -> str:
    """Name the place that *appointment* gets back with *status*, for what is acknowledged of it."""
    return f"{current_version(appointment)}/{status.pk if status else ''}"


class AppointmentFormView(WagtailAdminTemplateMixin, FormView):
    """A form whose sending is one action.

    Wagtail's own create and edit views wrap ``save`` into a transaction; the diary lock has to be the first thing in
    its own, so nothing here opens one.
    """

    model = Appointment
    permission = "change"
    doing = Doing.ARRANGE
    template_name = "wagtail_clientportal/staff/arranging.html"
    header_icon = "calendar-alt"
    submit_label = ""
    submit_active_label = gettext_lazy("Saving…")
    submit_is_serious = False
    panel_heading = ""
    note = ""
    anyway_label = gettext_lazy("Do it anyway")
    rows: list[list[str]] = []
    # What the client is told of it as, where the form asks whether to: one of OutboundMessage.About
    about = ""
    appointment: Appointment | None = None

    def setup(self, request, *args, **kwargs):
        # Asked before anything is looked up, so that a refusal and a missing record are the same.
        if not may(request.user, self.permission, Appointment):
            raise PermissionDenied
        super().setup(request, *args, **kwargs)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        self.say_how_told(form)
        return form

    def say_how_told(self, form) -> None:
        if "tell_client" in form.fields and (appointment := self.to_be_told_of(form)):
            form.fields["tell_client"].help_text = how_told(appointment, self.about)

    def to_be_told_of(self, form) -> Appointment | None:
        """The appointment as it is to be, as far as that decides who is told how; ``None`` while that is open."""
        return self.appointment

    def act(self, form) -> Appointment:
        """Do it.

        :raises Refused: when it isn't possible.
        """
        raise NotImplementedError

    def success_sentence(self, appointment: Appointment) -> str:
        raise NotImplementedError

    def success_message(self, appointment: Appointment) -> str:
        return self.success_sentence(appointment)

    def slot_key(self, form) -> str:
        """What "do it anyway" is ticked for: who, what, where and when, as one text. Only where the form has one."""
        raise NotImplementedError

    def acknowledged(self, form) -> frozenset[str]:
        """Keys of what is unusual, as far as it was shown for this very place and is wanted all the same."""
        shown_for, _space, keys = self.request.POST.get("unusual", "").partition(" ")
        is_for_this = bool(self.request.POST.get("anyway")) and shown_for == self.slot_key(form)
        return frozenset(keys.split()) if is_for_this else frozenset()

    def refusal_sentence(self, refusal: Refused) -> str:
        return why_not(refusal, self.doing)

    def form_valid(self, form):
        try:
            appointment = self.act(form)
        except Refused as refusal:
            return self.refuse(form, self.refusal_sentence(refusal), **self.way_out(refusal, form))
        messages.success(self.request, self.success_message(appointment))
        if (rows := self.written_to_the_client(appointment, form)) is not None:
            self.say_whether_the_client_is_told(rows)
        return redirect(get_valid_next_url_from_request(self.request) or inspect_url(Appointment, appointment.pk))

    def written_to_the_client(self, appointment: Appointment, form) -> Iterable[OutboundMessage] | None:
        """The messages that the action wrote; ``None`` where it wasn't to write any."""
        return messages_about_last_event(appointment) if form.cleaned_data.get("tell_client") else None

    def way_out(self, refusal: Refused, form) -> dict:
        """More for the template, where there is a way on after *refusal*."""
        if isinstance(refusal, UnusualPlaces):  # of one place alone
            [refusal] = refusal.places.values()
        if not isinstance(refusal, UnusualPlace):
            return {}
        return {
            "reasons": sentences_for(refusal.found, refusal.appointment, self.request.user),
            "anyway_form": AnywayForm(label=self.anyway_label),
            "unusual": " ".join([self.slot_key(form), *(one.key for one in refusal.found)]),
        }

    def refuse(self, form, sentence: str, **context):
        return self.render_to_response(self.get_context_data(form=form, refusal=sentence, **context), status=409)

    def say_whether_the_client_is_told(self, rows: Iterable[OutboundMessage]) -> None:
        rows = list(rows)
        sent_to = (row.recipient for row in rows if row.status != OutboundMessage.Status.DROPPED)
        on_their_way = list(dict.fromkeys(sent_to))  # of several appointments, each once
        if on_their_way:
            messages.info(
                self.request,
                _("A message to %(recipients)s is on its way.") % {"recipients": get_text_list(on_their_way, _("and"))},
            )
            return
        reasons = list(dict.fromkeys(row.last_error for row in rows)) or [_("No message for it is published.")]
        messages.warning(
            self.request, _("The client isn't told of it. %(reason)s") % {"reason": " ".join(map(str, reasons))}
        )

    def get_breadcrumbs_items(self):
        register = register_url(Appointment)
        items = [*super().get_breadcrumbs_items(), {"url": register, "label": _("Appointments")}]
        if self.appointment:
            page = inspect_url(Appointment, self.appointment.pk)
            items.append({"url": page, "label": self.appointment.client.full_name})
        return [*items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | {
            "action_url": self.request.get_full_path(),
            "media": form.media,
            "rows": [[form[name] for name in row if name in form.fields] for row in self.rows],
            "submit_button_label": self.submit_label,
            "submit_button_active_label": self.submit_active_label,
            "submit_is_serious": self.submit_is_serious,
            "panel_heading": self.panel_heading,
            "note": self.note,
            "has_unsaved_changes": form.is_bound,
        }


class ExistingAppointmentView(AppointmentFormView):
    """Something is done to an appointment as the form showed it; if it changed meanwhile, nothing is."""

    needs_held_place = True
    # Whether the sentence that says it is done has a button that undoes it
    can_be_undone = False

    @property
    def expected(self) -> Snapshot:
        """What the form showed, for the action to compare under its lock."""
        return Snapshot.of(self.appointment)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.appointment = get_object_or_404(
            within_reach(request.user, with_details(Appointment.objects)), pk=kwargs["pk"]
        )

    @property
    def has_nothing_to_do(self) -> bool:
        return self.needs_held_place and not self.appointment.holds_place

    def version(self) -> str:
        """What the form carries along of all that it was made from."""
        return current_version(self.appointment)

    def post(self, request, *args, **kwargs):
        # Before the form is judged: were it shown again for another reason, it would carry the new state unnoticed.
        if request.POST.get("seen_version") != self.version():
            return self.refuse(self.get_form(), self.conflict_sentence())
        return super().post(request, *args, **kwargs)

    def refusal_sentence(self, refusal):
        if isinstance(refusal, ChangedMeanwhile):
            self.appointment = with_details(Appointment.objects).get(pk=self.appointment.pk)
            return self.conflict_sentence()
        return super().refusal_sentence(refusal)

    def with_undo(self, appointment: Appointment) -> str:
        """The success sentence with a button that gives *appointment* the status back that it had."""
        back = {"next": url} if (url := get_valid_next_url_from_request(self.request)) else {}
        is_placed_again = self.expected.status.attending and not appointment.holds_place
        told = (
            how_told_that_it_stands_again(appointment)
            if is_placed_again
            else how_told_of_status(appointment, OutboundMessage.About.STATUS_CHANGED)
        )
        context = {
            "told": told,
            "sentence": self.success_sentence(appointment),
            "url": arranging_url("set_status", appointment.pk, **back),
            "status": self.expected.status.pk,
            "current_version": current_version(appointment),
            "unusual": " ".join([place_key(appointment, self.expected.status), *self.known_before])
            if is_placed_again
            else "",
        }
        return render_to_string("wagtail_clientportal/staff/with_undo.html", context, self.request)

    def form_valid(self, form):
        # Whatever was so while it stood there isn't asked about when that is undone; what comes to it meanwhile is.
        known = unusual(self.appointment, now=timezone.now()) if self.can_be_undone else []
        self.known_before = [one.key for one in known]
        return super().form_valid(form)

    def conflict_sentence(self) -> str:
        now = _(
            "This appointment was changed in the meantime. It is now: %(when)s, with %(clinician)s at %(location)s, "
            "status “%(status)s”."
        ) % sentence_values(self.appointment)
        return now + " " + _("Nothing was changed here. Look at it again before you go on.")

    def get_page_subtitle(self):
        return self.appointment.client.full_name

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs) | {
            "appointment": self.appointment,
            "when": when(self.appointment),
            "current_version": self.version(),
            "back_url": inspect_url(Appointment, self.appointment.pk),
            "has_nothing_to_do": self.has_nothing_to_do,
        }
        if self.has_nothing_to_do and not context.get("refusal"):
            context["refusal"] = self.refusal_sentence(NotCurrent())
        return context
