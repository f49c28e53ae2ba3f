"""The home page's "This keeps clients from being served", with how to mend it; no panel where nothing does."""

from django.utils import timezone
from wagtail.admin.ui.components import Component

from ...health.findings import findings
from ...health.watch import at_view
from ...policies.models import PortalSettings
from ...practice.models import Clinician
from ..common.reach import within_reach
from ..common.viewsets import may, uses_the_portal


class HealthPanel(Component):
    """Everything of their own sites, for who can mend it; for the others what they have to know: that messages don't
    leave.
    """

    name = "client_portal_health"
    template_name = "wagtail_clientportal/staff/health.html"
    order = 10

    def get_context_data(self, parent_context):
        now = timezone.now()
        troubles = at_view(now)
        user = parent_context["request"].user
        if not may(user, "change", PortalSettings):
            return {"findings": troubles}
        portals, clinicians = (within_reach(user, model.objects.all()) for model in (PortalSettings, Clinician))
        return {"findings": findings(now, portals=portals, clinicians=clinicians)}


def add_health(request, panels) -> None:
    """Wagtail's ``construct_homepage_panels`` hook."""
    if uses_the_portal(request.user):
        panels.append(HealthPanel())
