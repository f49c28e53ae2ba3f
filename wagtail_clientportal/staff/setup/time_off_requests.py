"""The time off that clinicians ask for, for those who may add it: granted, or declined."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic.base import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ...actions.decide_time_off import decline_time_off, grant_time_off
from ...actions.refusals import AlreadyHandled
from ...availability.models import TimeOff, TimeOffRequest
from ...diary.models import Appointment
from ...practice.models import Clinician
from ..common.cannot_save import says_that_nothing_was_saved
from ..common.local_time import day_and_time, site_zone
from ..common.menu_items import shown_to
from ..common.people import when_and_by
from ..common.reach import within_reach
from ..common.urls import namespace, time_off_requests_url
from ..common.viewsets import may, may_see
from ..common.waiting import capped_count
from .appointments_hit import warn_of_appointments
from .own_hours import OwnHoursView, own_clinician
from .time_off import appointments_within, numbers_within, when

MAX_DECIDED = 20  # shown of those that are decided
State = TimeOffRequest.State


def requests_within_reach(user):
    """What *user* may decide: nothing, where they may not add time off."""
    if not may(user, "add", TimeOff):
        return TimeOffRequest.objects.none()
    theirs = within_reach(user, Clinician.objects.all())
    return TimeOffRequest.objects.filter(clinician__in=theirs).select_related("clinician", "location", "decided_by")


def waiting_requests(user) -> int:
    """``capped_count`` requests that wait for *user* or a colleague."""
    return capped_count(requests_within_reach(user).filter(state=State.ASKED))


class TimeOffRequestsView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "wagtail_clientportal/staff/time_off_requests.html"
    page_title = gettext_lazy("Requests for time off")
    header_icon = "calendar-check"
    _show_breadcrumbs = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may(request.user, "add", TimeOff):
            raise PermissionDenied

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def post(self, request, *args, **kwargs):
        pk = request.POST.get("request", "")
        found = requests_within_reach(request.user)
        asked = get_object_or_404(found, pk=pk if pk.isdecimal() and len(pk) < 19 else 0)
        try:
            if request.POST.get("decision") == "grant":
                self.grant(asked)
            elif request.POST.get("decision") == "decline":
                decline_time_off(asked, by=request.user)
                messages.success(
                    request, _("The request of %(clinician)s is declined.") % {"clinician": asked.clinician}
                )
        except AlreadyHandled as already:
            decided = when_and_by(already.by, day_and_time(already.at, site_zone()))
            messages.warning(request, _("This was decided before: %(when)s.") % {"when": decided})
        return redirect(time_off_requests_url())

    def grant(self, asked: TimeOffRequest) -> None:
        time_off = grant_time_off(asked, by=self.request.user)
        values = {"clinician": asked.clinician, "when": when(asked)}
        messages.success(self.request, _("%(clinician)s has time off: %(when)s.") % values)
        if not may_see(self.request.user, Appointment):
            return
        found = appointments_within(time_off, self.request.user)
        if count := found.count():
            sentence = ngettext(
                "%(count)d appointment lies within this time off, and stays. Move or cancel it:",
                "%(count)d appointments lie within this time off, and stay. Move or cancel them:",
                count,
            )
            warn_of_appointments(self.request, sentence, count, found)

    def get_context_data(self, **kwargs):
        user = self.request.user
        found = requests_within_reach(user)
        asked = list(found.filter(state=State.ASKED).order_by("start"))
        numbers = numbers_within(asked, user) if may_see(user, Appointment) else {}
        return super().get_context_data(
            waiting=[(one, when(one), self.hit(numbers.get(one.pk, 0))) for one in asked],
            decided=[
                (one, when(one), when_and_by(one.decided_by, day_and_time(one.decided_at, site_zone())))
                for one in found.exclude(state=State.ASKED).order_by("-decided_at")[:MAX_DECIDED]
            ],
            **kwargs,
        )

    @staticmethod
    def hit(number: int) -> str:
        sentence = ngettext(
            "%(number)d appointment lies in this time.", "%(number)d appointments lie in this time.", number
        )
        return sentence % {"number": number} if number else ""


def requests_menu_item(order: int) -> MenuItem:
    return shown_to(lambda user: may(user, "add", TimeOff))(
        TimeOffRequestsView.page_title,
        time_off_requests_url(),
        name="client-portal-time-off-requests",
        icon_name="calendar-check",
        order=order,
    )


class TimeOffRequestViewSet(ViewSet):
    """The screens of those who ask and of those who decide."""

    icon = "calendar-check"
    menu_label = gettext_lazy("My hours")
    menu_name = "client-portal-my-hours"
    menu_item_class = shown_to(lambda user: own_clinician(user) is not None)
    url_prefix = "clientportal/my-hours"
    url_namespace = namespace(TimeOffRequest)
    model = TimeOffRequest

    def get_urlpatterns(self):
        patterns = [
            path("", self.construct_view(OwnHoursView), name="index"),
            path("requests/", self.construct_view(TimeOffRequestsView), name="requests"),
        ]
        return decorate_urlpatterns(patterns, says_that_nothing_was_saved)
