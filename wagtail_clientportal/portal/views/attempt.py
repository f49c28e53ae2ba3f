"""What changing and cancelling share: ask once more, try it, and say why it is refused and keep what was written."""

from functools import cached_property

from django.http import HttpResponse

from ...actions import refusals
from ...actions.refusals import Refused
from ...actions.steps.permitted import Terms
from ...diary.models import Appointment
from ...screens.explanation import Explanation
from ...screens.forms import MessageForm
from ...screens.screen_context import ScreenContext
from .. import drafts
from ..announcements import announce
from ..permission import terms_for
from ..screen import portal_off
from ..wording import explain
from .refusal import show_refusal


class Attempt:
    """What a client wants to do to one of their appointments: asked for by GET, done by POST.

    Where it is done the action alone works out the terms and judges by them; here they are worked out for what is said.
    """

    announcement: str  # the code of what is announced once it is done

    def __init__(self, context: ScreenContext, appointment: Appointment):
        self.context = context
        self.appointment = appointment

    def act(self, **values) -> None:
        """Do it, by an action that takes *values* from every client.

        :raises Refused: nothing was done.
        """
        raise NotImplementedError

    def has_happened(self) -> bool:
        """Whether the client has done this very thing already."""
        raise NotImplementedError

    def blocked_by(self) -> Refused | None:
        """What stands against it, whatever the form says."""
        raise NotImplementedError

    def form_refusal(self) -> Refused | None:
        """What is wrong with a form that isn't handed to the action, besides the message."""
        return None

    def show_check(self, form: MessageForm, explanation: Explanation | None = None) -> HttpResponse:
        """Ask once more. Nothing is done yet."""
        raise NotImplementedError

    @cached_property
    def terms(self) -> Terms:
        return terms_for(self.context, self.appointment)

    def answer(self) -> HttpResponse:
        if self.context.request.method == "POST":
            return self._try()
        if self.has_happened():
            return self._done()  # somebody who went back
        if refusal := self.blocked_by():
            return show_refusal(self.context, self.appointment, self.explain(refusal))
        return self.ask(drafts.form_for(self.context.request, self.appointment.public_id, self.context.now))

    def ask(self, form: MessageForm) -> HttpResponse:
        """Ask for the first time."""
        return self.show_check(form)

    def explain(self, refusal: Refused) -> Explanation:
        return explain(refusal, self.appointment, self.terms.rules)

    def refuse(self, refusal: Refused, form: MessageForm) -> HttpResponse:
        """Say why it wasn't done, and what can be done instead."""
        match refusal:
            case refusals.PortalOff():
                return portal_off(self.context)
            case refusals.PolicyChanged() | refusals.Busy() | refusals.CannotSave():
                return self.show_check(form, self.explain(refusal))
        return show_refusal(self.context, self.appointment, self.explain(refusal), unsent=form.message_so_far())

    def _try(self) -> HttpResponse:
        form = MessageForm(self.context.request.POST)
        if form.is_valid():
            refusal = self._act(form.cleaned_data["message"])
            if refusal is None:
                drafts.forget(self.context.request)
                return self._done()
        else:
            refusal = self.blocked_by() or self.form_refusal()
            if refusal is None:
                return self.show_check(form)
        if self.has_happened():
            return self._done()  # the same form sent twice
        return self.refuse(refusal, form)

    def _act(self, message: str) -> Refused | None:
        try:
            self.act(
                message=message,
                by=self.context.session.client,
                policy_revision=self.context.request.POST.get("policy_revision"),
            )
        except Refused as refusal:
            self.appointment.refresh_from_db(fields=["start", "end", "busy_until", "holds_place", "status"])
            # No other time and no second try helps against what stands against it anyway.
            return refusal if isinstance(refusal, refusals.PortalOff) else self.blocked_by() or refusal
        return None

    def _done(self) -> HttpResponse:
        if self.context.request.method != "HEAD":
            announce(self.context.request, self.announcement, self.appointment.public_id)
        return self.context.redirect("appointment", self.appointment.public_id)
