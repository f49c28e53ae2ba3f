"""What the screens of clearing a day have in common."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...availability.models import TimeOff
from ...clearing.models import Clearing, ClearingLine
from ...diary.models import Appointment
from ...practice.models import Clinician
from ..common.reach import sees_every_diary, within_reach
from ..common.urls import clearings_url
from ..common.viewsets import may


def may_clear(user) -> bool:
    """Whether *user* may move and cancel appointments and lay time off over a diary."""
    return may(user, "change", Appointment) and may(user, "add", TimeOff)


def clearings_within_reach(user) -> QuerySet[Clearing]:
    """Those of which *user* reaches the clinician and every appointment."""
    found = Clearing.objects.select_related("clinician", "location", "by", "time_off")
    if sees_every_diary(user):
        return found
    reached = within_reach(user, Appointment.objects.all())
    others = ClearingLine.objects.filter(clearing=OuterRef("pk")).exclude(appointment__in=reached)
    return found.filter(~Exists(others), clinician__in=within_reach(user, Clinician.objects.all()))


class ClearingView(WagtailAdminTemplateMixin):
    model = Clearing
    header_icon = "calendar-check"
    _show_breadcrumbs = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # Asked before anything is looked up, so that a refusal and a missing record are the same.
        if not may_clear(request.user):
            raise PermissionDenied

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": clearings_url(), "label": _("Clear a day")}]


class OneClearingView(ClearingView):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.clearing = get_object_or_404(clearings_within_reach(request.user), pk=kwargs["pk"])

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.clearing.clinician.name}]

    def get_page_title(self):
        return _("Clear a day of %(clinician)s") % {"clinician": self.clearing.clinician}
