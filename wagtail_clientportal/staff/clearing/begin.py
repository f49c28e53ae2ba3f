"""Where clearing a day begins: whose, and from when to when; with those that were before."""

from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic.edit import FormView
from wagtail.admin import messages

from ...clearing.models import Clearing
from ...clearing.runs import prepare
from ...diary.models import Appointment
from ...diary.queries import in_time_off
from ...practice.models import Clinician
from ..common.local_time import day_and_time, site_zone
from ..common.people import when_and_by
from ..common.reach import within_reach
from ..common.urls import clearing_url
from ..setup.time_off import when
from .forms import SpanForm
from .view import ClearingView, clearings_within_reach

MAX_SHOWN = 20  # clearings
MAX_APPOINTMENTS = 300  # in one clearing: beyond, nobody could look at each


def hit_by(clearing: Clearing, user) -> list[Appointment]:
    """The appointments to come in the clearing's span that *user* reaches, the earliest first."""
    found = in_time_off(clearing.clinician_id, clearing.location_id, clearing.start, clearing.end)
    found = found.filter(start__gt=timezone.now())
    return list(within_reach(user, found)[: MAX_APPOINTMENTS + 1])


def offered_to(user) -> list[Clinician]:
    """The clinicians to whom *user* may move appointments."""
    return list(within_reach(user, Clinician.objects.filter(is_active=True)))


class BeginView(ClearingView, FormView):
    template_name = "wagtail_clientportal/staff/clearing/index.html"
    page_title = gettext_lazy("Clear a day")
    form_class = SpanForm

    def get_initial(self):
        asked = self.request.GET
        return {name: asked[name] for name in ("clinician", "location", "first_day", "last_day") if asked.get(name)}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form):
        user, now, off = self.request.user, timezone.now(), form.instance
        values = {name: getattr(off, name) for name in ("clinician", "location", "start", "end", "reason")}
        clearing = Clearing(**values, by=user, created_at=now)
        appointments = hit_by(clearing, user)
        if not appointments:
            form.add_error(None, self.nothing_there(clearing))
            return self.form_invalid(form)
        if len(appointments) > MAX_APPOINTMENTS:
            form.add_error(
                None,
                _("These are more than %(most)d appointments. Choose a shorter time, and then the rest.")
                % {"most": MAX_APPOINTMENTS},
            )
            return self.form_invalid(form)
        prepare(clearing, appointments, offered_to(user), begin_with=form.cleaned_data["begin_with"], now=now)
        self.say_what_is_out_of_reach(clearing, len(appointments))
        return redirect(clearing_url("run", clearing.pk))

    @staticmethod
    def nothing_there(clearing: Clearing) -> str:
        return _(
            "%(clinician)s has no appointments to come then, so there is nothing to clear. Time off alone is laid "
            "under “Time off”."
        ) % {"clinician": clearing.clinician}

    def say_what_is_out_of_reach(self, clearing: Clearing, reached: int) -> None:
        found = in_time_off(clearing.clinician_id, clearing.location_id, clearing.start, clearing.end)
        if others := found.filter(start__gt=timezone.now()).count() - reached:
            sentence = ngettext(
                "%(count)d more appointment is at a place that you don’t see. It stays.",
                "%(count)d more appointments are at places that you don’t see. They stay.",
                others,
            )
            messages.warning(self.request, sentence % {"count": others})

    def get_context_data(self, **kwargs):
        zone = site_zone()
        clearings = clearings_within_reach(self.request.user)[:MAX_SHOWN]
        return super().get_context_data(
            clearings=[
                (
                    one,
                    when(one),
                    clearing_url("run", one.pk),
                    when_and_by(one.by, day_and_time(one.created_at, zone)),
                )
                for one in clearings
            ],
            media=kwargs["form"].media if "form" in kwargs else self.get_form().media,
            **kwargs,
        )
