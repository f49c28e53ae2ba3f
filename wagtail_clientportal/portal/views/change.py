"""Moving an appointment: choose a time, check it, confirm it."""

from django.utils.translation import gettext as _

from ...actions import refusals
from ...actions.change import change
from ...actions.steps.offered import why_not_offered
from ...diary.free_slots import find_free_slots
from ...screens.asked_for import FAR, parse_day, parse_start
from ...screens.month_and_week import MonthAndWeek
from ...screens.narrowing import Narrowing
from ...screens.presenters import present, present_start
from .. import drafts
from ..announcements import CHANGED
from ..permission import refusal_to_change, terms_for, was_moved_there
from ..screen import own_appointment, screen
from ..wording import explain, what_ends_with
from .attempt import Attempt
from .refusal import show_refusal


@screen("GET")
@own_appointment
def choose_time(context, appointment):
    terms = terms_for(context, appointment)
    if refusal := refusal_to_change(context, appointment, terms):
        return show_refusal(context, appointment, explain(refusal, appointment, terms.rules))
    return show_times(context, appointment, _free(context, appointment))


@screen("GET", "POST")
@own_appointment
def confirm(context, appointment):
    """Check the answers on GET, move the appointment on POST."""
    return _Move(context, appointment).answer()


class _Move(Attempt):
    announcement = CHANGED

    def __init__(self, context, appointment):
        super().__init__(context, appointment)
        asked = context.request.POST if context.request.method == "POST" else context.request.GET
        self.start = parse_start(asked.get("start"), context.now)

    def act(self, **values):
        if self.start is None:
            raise refusals.SlotNotOffered
        change(self.appointment, self.start, **values)

    def has_happened(self):
        return was_moved_there(self.appointment, self.start)

    def blocked_by(self):
        return refusal_to_change(self.context, self.appointment, self.terms)

    def form_refusal(self):
        return _why_not_offered(self.context, self.appointment, self.start)

    def ask(self, form):
        free = _free(self.context, self.appointment)
        if self.start is None or self.start.timestamp() / 60 not in set(free):
            return self._show_times(free, _gone_or_never_offered(self.context, self.appointment, self.start))
        return self.show_check(form)

    def show_check(self, form, explanation=None):
        return show_check(self.context, self.appointment, self.start, self.terms.rules, form, explanation)

    def refuse(self, refusal, form):
        if not isinstance(refusal, refusals.SlotTaken | refusals.SlotNotOffered):
            return super().refuse(refusal, form)
        context, appointment = self.context, self.appointment
        drafts.keep_posted(context.request, context.session.client, appointment.public_id, context.now)
        if isinstance(refusal, refusals.SlotNotOffered):
            # A time that was offered a moment ago is gone, not wrong.
            refusal = _gone_or_never_offered(context, appointment, self.start)
        return self._show_times(_free(context, appointment), refusal)

    def _show_times(self, free, refusal):
        return show_times(self.context, self.appointment, free, self.explain(refusal), instead_of=self.start)


def _gone_or_never_offered(context, appointment, start) -> refusals.Refused:
    return _why_not_offered(context, appointment, start) or refusals.SlotTaken()


def _why_not_offered(context, appointment, start) -> refusals.SlotNotOffered | None:
    if start is None:
        return refusals.SlotNotOffered()
    return why_not_offered(
        appointment.clinician,
        appointment.appointment_type,
        appointment.location,
        start,
        ignoring=appointment,
        now=context.now,
    )


def _free(context, appointment) -> list[int]:
    """Every start that the appointment could move to, in minutes since 1970 UTC: one call for the whole horizon."""
    clinician = appointment.clinician
    found = find_free_slots(
        [clinician],
        appointment.appointment_type,
        appointment.location,
        context.now,
        context.now + FAR,
        ignoring=appointment,
        now=context.now,
    )
    return found[clinician.pk]


def show_times(context, appointment, minutes, explanation=None, *, instead_of=None):
    """Show a month with the free days, and the times of the seven days from the one chosen.

    :param minutes: free starts, sorted, in minutes since 1970 UTC.
    :param explanation: why the time chosen before can't be had.
    :param instead_of: that time (aware); its day, or the nearest with times, is shown and no other.
    """
    view = present(context, appointment)
    if not minutes:
        return context.render(
            "no_times", title=_("No free times at the moment"), appointment=view, explanation=explanation
        )
    zone = appointment.location.zone
    times = MonthAndWeek(
        minutes,
        zone=zone,
        today=context.now.astimezone(zone).date(),
        chosen=parse_day(context.request.GET.get("from")),
        narrowing=Narrowing.asked_for(context.request.GET),
        instead_of=instead_of and instead_of.astimezone(zone).date(),
        url=context.url("change", appointment.public_id),
        confirm_url=context.url("confirm_change", appointment.public_id),
    )
    return context.render(
        "change",
        title=_("Choose a new time"),
        appointment=view,
        explanation=explanation,
        times=times,
    )


def show_check(context, appointment, start, rules, form, explanation=None):
    """Show the old time and the new one. Nothing is changed yet."""
    return context.render(
        "confirm_change",
        title=_("Check your new time"),
        appointment=present(context, appointment),
        new=present_start(appointment, start),
        start=start.isoformat().replace("+00:00", "Z"),
        policy=rules,
        afterwards=what_ends_with(start, rules, context.now),
        form=form,
        errors=form.summary() if form.is_bound else (),
        explanation=explanation,
        action=context.url("confirm_change", appointment.public_id),
        draft_url=context.url("draft", appointment.public_id),
        back=context.url(
            "change", appointment.public_id, **{"from": appointment.location.local(start).date().isoformat()}
        ),
    )
