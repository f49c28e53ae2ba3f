"""Who? Whoever is signed in is asked for a message only, and has booked by sending it."""

from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ...access.booking_browser import note_begun, own_holds
from ...actions import refusals
from ...actions.confirm_booking import confirm_booking
from ...actions.request_booking import request_booking
from ...actions.steps.offered import why_not_bookable
from ...actions.steps.payable import amount_to_pay
from ...policies.effective import effective_rules
from ...policies.rules import PolicyRules
from ...practice.location import default_timezone
from ...screens import typed_before
from ...screens.explanation import Explanation
from ...screens.forms import MessageForm
from ..choice import chosen, chosen_start
from ..form_key import is_too_quick, named_by, new_key
from ..forms import DetailsForm
from ..paying import pays_first
from ..screen import booking_off, screen
from ..summary import summary
from ..wording import explain
from .refusal import show_refusal
from .when import show_times


@screen("GET", "POST")
def fill_in(context):
    choice, start = chosen(context), chosen_start(context)
    if choice is None:
        return context.redirect("what")
    if not choice.is_as_asked:
        if context.request.method == "POST":
            typed_before.keep(context.request, context.now)
        return show_times(context, choice, explain(refusals.ClinicianNotOnline(), choice.location))
    if choice.location is None or start is None:
        return context.redirect("when", **choice.query())
    return _Details(context, choice, start).answer()


def show_blank(context, choice, start) -> HttpResponse:
    """Show the form about one time, with nothing in it yet."""
    return _Details(context, choice, start).show_blank()


class _Details:
    """The form about one time."""

    def __init__(self, context, choice, start):
        self.context, self.choice, self.start = context, choice, start
        self.form_class = MessageForm if context.client else DetailsForm

    def answer(self) -> HttpResponse:
        posted = self.context.request.POST
        if self.context.request.method != "POST":
            if refusal := self._why_not_bookable():
                return self._show_times(refusal)
            return self.show_blank(typed_before.kept(self.context.request, self.context.now))
        form, name = self._form(posted), named_by(posted.get("key", ""))
        if not form.is_valid():
            return self._show(form, errors=form.summary())
        if not name or self._is_a_machine(form):
            return self._show(form, errors=[("send", _("Please check what you have written, then send it again"))])
        try:
            return self._send(form, name)
        except refusals.PortalOff:
            return booking_off(self.context)
        except (refusals.SlotNotOffered, refusals.SlotTaken) as refusal:
            typed_before.keep(self.context.request, self.context.now)
            return self._show_times(refusal)
        except (refusals.PolicyChanged, refusals.Busy, refusals.CannotSave) as refusal:
            return self._show(form, explanation=self._explain(refusal))
        except refusals.Refused as refusal:
            return show_refusal(self.context, self._explain(refusal))

    def show_blank(self, typed: dict[str, str] | None = None) -> HttpResponse:
        return self._show(self._form(initial=typed))

    def _send(self, form, name: str) -> HttpResponse:
        context, choice = self.context, self.choice
        asked = request_booking(
            context.site,
            choice.appointment_type,
            choice.location,
            choice.clinician,
            self.start,
            by=context.client or form.typed,
            message=form.cleaned_data["message"],
            key=name,
            own_holds=own_holds(context.request.session),
            now=context.now,
        )
        note_begun(context.request.session, asked)
        if context.client is None:
            typed_before.keep(context.request, context.now)
            return context.redirect("check", asked.public_id)
        if pays_first(asked):
            return context.redirect("pay", asked.public_id)
        confirm_booking(
            asked,
            policy_revision=context.request.POST.get("policy_revision"),
            own_holds=own_holds(context.request.session),
            now=context.now,
        )
        typed_before.forget(context.request)
        return context.redirect("done", asked.public_id)

    def _form(self, data=None, **values):
        if self.form_class is DetailsForm:
            # Where the clinic is, nobody is born tomorrow.
            values["today"] = self.context.now.astimezone(ZoneInfo(default_timezone())).date()
        return self.form_class(data, **values)

    def _is_a_machine(self, form) -> bool:
        if self.form_class is not DetailsForm:
            return False
        return bool(form.cleaned_data["website"]) or is_too_quick(self.context.request.POST["key"])

    @cached_property
    def _policy(self) -> PolicyRules:
        return effective_rules(self.choice.appointment_type, self.context.portal_settings)

    def _why_not_bookable(self) -> refusals.Refused | None:
        """Nobody is to type who they are for a time that has gone."""
        choice, context = self.choice, self.context
        return why_not_bookable(
            choice.everybody,
            choice.appointment_type,
            choice.location,
            self.start,
            own_holds=own_holds(context.request.session),
            now=context.now,
        )

    def _show_times(self, refusal: refusals.Refused) -> HttpResponse:
        return show_times(self.context, self.choice, self._explain(refusal), instead_of=self.start)

    def _explain(self, refusal: refusals.Refused) -> Explanation:
        return explain(refusal, self.choice.location)

    def _show(self, form, *, errors=(), explanation=None) -> HttpResponse:
        context, choice = self.context, self.choice
        start = self.start.isoformat().replace("+00:00", "Z")
        # The same form shown again keeps its name, unless it has none.
        key = context.request.POST.get("key", "")
        return context.render(
            "message" if context.client else "details",
            title=_("Check and book") if context.client else _("Your details"),
            appointment=summary(context, choice.appointment_type, choice.location, choice.clinician, self.start),
            form=form,
            key=key if named_by(key) else new_key(),
            errors=errors,
            explanation=explanation,
            policy=self._policy,
            to_pay=amount_to_pay(choice.appointment_type),
            action=context.url("details", **choice.query(start=start)),
            back=context.url("when", **choice.query(**{"from": choice.location.local(self.start).date().isoformat()})),
        )
