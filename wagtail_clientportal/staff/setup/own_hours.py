"""A clinician's own hours: the usual week, the dates that differ, time off; and asking for time off."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...availability.models import TimeOff, TimeOffRequest, TimetabledHours, WorkingHours
from ...practice.dates import full_day_in_words
from ...practice.location import site_today
from ...practice.models import Clinician
from ..common.local_time import day_and_time, site_zone
from ..common.people import when_and_by
from ..common.urls import own_hours_url
from ..common.viewsets import uses_the_portal
from .time_off import TimeOffForm, when

MAX_SHOWN = 50  # of each: dates, times off, requests


def own_clinician(user) -> Clinician | None:
    """The clinician whose account *user* is; ``None`` for everybody else."""
    return Clinician.objects.filter(user=user).first() if uses_the_portal(user) else None


class AskForm(TimeOffForm):
    class Meta:
        model = TimeOff
        fields = ["location", "reason"]

    field_order = ["first_day", "from_time", "last_day", "until_time", "location", "reason"]

    def __init__(self, *args, clinician: Clinician, **kwargs):
        super().__init__(*args, instance=TimeOff(clinician=clinician), **kwargs)
        self.fields["location"].queryset = clinician.locations.all()
        self.fields["reason"].help_text = _("For whoever decides; clients don’t see it.")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and self.instance.end <= timezone.now():
            self.add_error("last_day", _("This is over. Choose a day that is still to come."))
        return cleaned


class OwnHoursView(WagtailAdminTemplateMixin, FormView):
    template_name = "wagtail_clientportal/staff/own_hours.html"
    page_title = gettext_lazy("My hours")
    header_icon = "calendar-check"
    form_class = AskForm
    _show_breadcrumbs = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.clinician = own_clinician(request.user)
        if self.clinician is None:
            raise PermissionDenied

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"clinician": self.clinician}

    def post(self, request, *args, **kwargs):
        if "withdraw" in request.POST:
            return self.withdraw(request.POST["withdraw"])
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        asked = form.instance
        values = {name: getattr(asked, name) for name in ("clinician", "location", "start", "end", "reason")}
        TimeOffRequest.objects.create(**values, asked_at=timezone.now())
        messages.success(self.request, _("You have asked for it. Nothing has changed yet: the desk decides."))
        return redirect(own_hours_url())

    def form_invalid(self, form):
        # It is the last thing on the page: what is wrong is to be seen.
        if wrong := next((name for name in form.fields if name in form.errors), None):
            form.fields[wrong].widget.attrs["autofocus"] = True
        return super().form_invalid(form)

    def withdraw(self, pk: str):
        asked = TimeOffRequest.objects.filter(clinician=self.clinician, state=TimeOffRequest.State.ASKED)
        if pk.isdecimal() and len(pk) < 19 and asked.filter(pk=pk).delete()[0]:
            messages.success(self.request, _("You don’t ask for it any more."))
        else:
            messages.error(self.request, _("Somebody has decided in the meantime. This is how it is now."))
        return redirect(own_hours_url())

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        theirs = {"clinician": self.clinician}
        dates = TimetabledHours.objects.filter(**theirs, date__gte=site_today()).select_related("location")
        off = TimeOff.objects.filter(**theirs, end__gt=timezone.now()).select_related("location").order_by("start")
        asked = TimeOffRequest.objects.filter(**theirs).select_related("location", "decided_by")
        return context | {
            "media": context["form"].media,
            "week": _weekly(WorkingHours.objects.filter(**theirs).select_related("location")),
            "dates": [f"{full_day_in_words(one.date)}: {_times(one)}, {one.location}" for one in dates[:MAX_SHOWN]],
            "time_off": [_with_place(one) for one in off[:MAX_SHOWN]],
            "asked": [(one, _with_place(one), _decided(one)) for one in asked[:MAX_SHOWN]],
        }


def _times(hours) -> str:
    return f"{hours.start:%H:%M}–{hours.end:%H:%M}"


def _weekly(rows: Iterable[WorkingHours]) -> list[str]:
    """Return a line for each day: "Monday: 09:00–12:30, 13:30–17:00, Harbour Rooms"."""
    days = defaultdict(list)
    for one in rows:
        days[(one.weekday, one.location_id, one.valid_from, one.valid_until)].append(one)
    return [_on_one_day(hours) for hours in days.values()]


def _on_one_day(rows: list[WorkingHours]) -> str:
    first = rows[0]
    parts = [f"{first.get_weekday_display()}: {', '.join(map(_times, rows))}", str(first.location or "")]
    if first.valid_from:
        parts.append(_("from %(day)s") % {"day": full_day_in_words(first.valid_from)})
    if first.valid_until:
        parts.append(_("until %(day)s") % {"day": full_day_in_words(first.valid_until)})
    return ", ".join(filter(None, parts))


def _with_place(off) -> str:
    return ", ".join(filter(None, [when(off), str(off.location or ""), off.reason]))


def _decided(asked: TimeOffRequest) -> str:
    if asked.decided_at is None:
        return asked.get_state_display()
    decided = when_and_by(asked.decided_by, day_and_time(asked.decided_at, site_zone()))
    return f"{asked.get_state_display()}: {decided}"
