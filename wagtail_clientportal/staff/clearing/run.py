"""The screen of one clearing, which shows the next step: decide, wait, read what could not be done, ring."""

from contextlib import suppress

from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView
from wagtail.admin import messages

from ...actions.handle_notification import handle_notification
from ...actions.refusals import AlreadyHandled
from ...clearing.models import ClearingLine
from ...clearing.offers import BeginWith
from ...clearing.runs import AlreadyBegun, begin, decide, forget, prepare, version, work_on
from ...diary.models import Appointment
from ...diary.queries import in_time_off
from ...notifications.models import Notification
from ...outbox.schedule import has_worker
from ..common.local_time import day_and_time, site_zone, span
from ..common.people import when_and_by
from ..common.reach import within_reach
from ..common.urls import clearing_url, clearings_url, inspect_url
from ..setup.time_off import when
from .begin import hit_by, offered_to
from .forms import MAX_CHARACTERS, DecisionsForm
from .lines import clinicians_offered, example_messages, in_words, to_ring, with_all
from .view import OneClearingView

LOOK_AGAIN_AFTER = 3  # seconds
WITHOUT_WORKER = 20  # seconds that the request itself works, where there is no worker
Decision, State = ClearingLine.Decision, ClearingLine.State

MEANWHILE = gettext_lazy("Somebody else went on with this in the meantime. This is how it is now.")


class RunView(OneClearingView, TemplateView):
    template_name = "wagtail_clientportal/staff/clearing/run.html"

    def get_template_names(self):
        return ["wagtail_clientportal/staff/clearing/decide.html" if self.clearing.is_draft else self.template_name]

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if self.clearing.is_under_way:
            response["Refresh"] = str(LOOK_AGAIN_AFTER)  # without any script
        return response

    def post(self, request, *args, **kwargs):
        steps = {
            "decide": self._decide,
            "look_again": self._look_again,
            "go_on": self._go_on,
            "forget": self._forget,
            "rung": self._rung,
        }
        step = steps.get(request.POST.get("step"))
        try:
            return step() if step else self._here()
        except AlreadyBegun:
            messages.error(request, MEANWHILE)
            return self._here()

    def _here(self, screen: str = "run"):
        return redirect(clearing_url(screen, self.clearing.pk))

    def _form(self, data=None) -> DecisionsForm:
        lines = list(with_all(self.clearing.lines))
        return DecisionsForm(self.clearing, lines, clinicians_offered(lines), user=self.request.user, data=data)

    def _decide(self):
        form = self._form(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        decide(self.clearing, form.lines, form.cleaned_data["words"])
        return self._here("preview")

    def _look_again(self):
        self.clearing.words = self.request.POST.get("words", self.clearing.words)[:MAX_CHARACTERS]
        appointments = hit_by(self.clearing, self.request.user)
        prepare(
            self.clearing,
            appointments,
            offered_to(self.request.user),
            begin_with=BeginWith.SAME_CLINICIAN,
            now=timezone.now(),
        )
        messages.success(self.request, _("These are the appointments and the free times as they are now."))
        return self._here()

    def _go_on(self):
        if self.clearing.is_under_way and not has_worker():
            work_on(self.clearing.pk, seconds=WITHOUT_WORKER)
        return self._here()

    def _forget(self):
        forget(self.clearing)
        messages.success(self.request, _("Nothing was changed, and the list is gone."))
        return redirect(clearings_url())

    def _rung(self):
        pk = self.request.POST.get("line", "")
        found = self.clearing.lines.filter(state=State.DONE, pk=pk if pk.isdecimal() and len(pk) < 19 else 0)
        line = found.first()
        if line is None:
            raise Http404
        found.filter(rung_at=None).update(rung_at=timezone.now(), rung_by=self.request.user)
        asked = Notification.objects.filter(kind=Notification.Kind.CLIENT_NOT_TOLD, event=line.event_id).first()
        if asked is not None and line.event_id:
            with suppress(AlreadyHandled):  # which says the same
                handle_notification(asked, by=self.request.user)
        return self._here()

    def get_context_data(self, form=None, **kwargs):
        clearing = self.clearing
        context = super().get_context_data(
            clearing=clearing,
            span=when(clearing),
            begun=when_and_by(clearing.by, day_and_time(clearing.created_at, site_zone())),
            clearings_url=clearings_url(),
            has_worker=has_worker(),
            **kwargs,
        )
        return context | (self._to_decide(form) if clearing.is_draft else self._done())

    def _to_decide(self, form: DecisionsForm | None) -> dict:
        form = form or self._form()
        lines = in_words(form.lines)
        return {
            "form": form,
            "rows": [(line, field) for line, (_line, field) in zip(lines, form.rows(), strict=True)],
            "is_out_of_date": _is_out_of_date(form.lines, hit_by(self.clearing, self.request.user)),
        }

    def _done(self) -> dict:
        lines = list(with_all(self.clearing.lines))
        to_do = [line for line in lines if line.decision != Decision.LEAVE]
        over = [line for line in to_do if line.state != State.WAITING]
        done = [line for line in to_do if line.state == State.DONE]
        return {
            "number_over": len(over),
            "number_to_do": len(to_do),
            "percent": 100 * len(over) // len(to_do) if to_do else 100,
            "moved": sum(line.decision == Decision.MOVE for line in done),
            "cancelled": sum(line.decision == Decision.CANCEL for line in done),
            "refused": in_words(line for line in lines if line.state == State.REFUSED),
            "to_ring": to_ring(self.clearing),
            "still_there": [] if self.clearing.is_under_way else self._still_there(),
            "ended": day_and_time(self.clearing.ended_at, site_zone()),
        }

    def _still_there(self) -> list[tuple[str, str]]:
        """The appointments that lie in the span all the same, in words, and where they are."""
        clearing = self.clearing
        found = in_time_off(clearing.clinician_id, clearing.location_id, clearing.start, clearing.end)
        return [
            (
                f"{span(one.start, one.end, one.location.zone)} · {one.client.full_name}",
                inspect_url(Appointment, one.pk),
            )
            for one in within_reach(self.request.user, found.filter(start__gte=clearing.created_at))
        ]


def _is_out_of_date(lines: list[ClearingLine], hit: list[Appointment]) -> bool:
    """Whether other appointments are hit by now than those that were looked at, or they stand otherwise."""
    seen = {(one.appointment_id, one.seen_start, one.seen_status_id, one.seen_location_id) for one in lines}
    return seen != {(one.pk, one.start, one.status_id, one.location_id) for one in hit}


class PreviewView(OneClearingView, TemplateView):
    """What would be done, and what each client would be told; sent, it is done."""

    template_name = "wagtail_clientportal/staff/clearing/preview.html"

    def get(self, request, *args, **kwargs):
        if not self.clearing.is_draft:
            return redirect(clearing_url("run", self.clearing.pk))
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            begin(self.clearing, seen_version=request.POST.get("seen_version", ""))
        except AlreadyBegun:
            messages.error(request, MEANWHILE)
            return redirect(clearing_url("preview", self.clearing.pk))
        if not has_worker():
            work_on(self.clearing.pk, seconds=WITHOUT_WORKER)
        return redirect(clearing_url("run", self.clearing.pk))

    def get_context_data(self, **kwargs):
        lines = list(with_all(self.clearing.lines))
        return super().get_context_data(
            clearing=self.clearing,
            span=when(self.clearing),
            lines=in_words(lines, with_telling=True),
            examples=example_messages(self.clearing, lines),
            is_out_of_date=_is_out_of_date(lines, hit_by(self.clearing, self.request.user)),
            seen_version=version(self.clearing),
            back_url=clearing_url("run", self.clearing.pk),
            **kwargs,
        )
