"""The home page's "First steps": what a new clinic does until its first client, each with a link; no panel once all of
it is done."""

from dataclasses import dataclass

from django.apps import apps
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Site

from ...communications.models import CommunicationTemplate
from ...diary.models import Appointment
from ...health.first_steps import Step, first_steps
from ...policies.models import PortalPolicy, PortalSettings
from ...practice.models import AppointmentType, Client, Clinician, Location
from ..common.reach import within_reach
from ..common.urls import (
    add_portal_page_url,
    add_url,
    edit_page_url,
    edit_site_url,
    edit_url,
    list_url,
    new_appointment_url,
    snippets_url,
)
from ..common.viewsets import may

# What is added, or gone on with, on a form of its own
_WRITTEN = {
    "location": Location,
    "appointment_type": AppointmentType,
    "clinician": Clinician,
    "hours": Clinician,
    "client": Client,
}


@dataclass(frozen=True)
class Line:
    """A step, and where it is done; "" where it has been, or its reader may not."""

    step: Step
    url: str


class FirstStepsPanel(Component):
    name = "client_portal_first_steps"
    template_name = "wagtail_clientportal/staff/first_steps.html"
    order = 5

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        portal = _portal_of(user)
        steps = first_steps(portal) if portal else []
        if all(step.is_done for step in steps):
            return {"lines": []}
        return {
            "lines": [Line(step, "" if step.is_done else _url(step, user)) for step in steps],
            "done": sum(step.is_done for step in steps),
            "site": portal.site.site_name or portal.site.hostname,
        }


def _portal_of(user) -> PortalSettings | None:
    """Return the settings of the site that *user* is furthest with; unsaved ones where there are none at all yet."""
    portals = PortalSettings.objects.select_related("site__root_page", "default_policy__locale")
    theirs = within_reach(user, portals).order_by("-enabled", "-site__is_default_site", "pk").first()
    if theirs or PortalSettings.objects.exists():
        return theirs
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return PortalSettings(site=site) if site else None


def _url(step: Step, user) -> str:
    record = step.record
    match step.key:
        case "site_name" if apps.is_installed("wagtail.sites") and may(user, "change", Site):
            return edit_site_url(record.pk)
        case "portal_page":
            return _page_url(record, user)
        case "policy" if isinstance(record, PortalPolicy):
            return snippets_url(PortalPolicy) if may(user, "change", PortalPolicy) else ""
        case "phone" | "policy" | "portal_on":
            return edit_url(PortalSettings, record.pk) if record else list_url(PortalSettings)
        case "messages" if may(user, "change", CommunicationTemplate):
            return snippets_url(CommunicationTemplate)
        case "appointment" if may(user, "add", Appointment):
            return new_appointment_url()
        case key if key in _WRITTEN and record and may(user, "change", _WRITTEN[key]):
            return edit_url(_WRITTEN[key], record.pk)
        case key if key in _WRITTEN and not record and may(user, "add", _WRITTEN[key]):
            return add_url(_WRITTEN[key])
    return ""  # somebody else does it, and the worker isn't started from here


def _page_url(page: Page, user) -> str:
    theirs = page.permissions_for_user(user)
    if page.cached_content_type.model == "clientportalpage":
        return edit_page_url(page.pk) if theirs.can_edit() else ""
    return add_portal_page_url(page.pk) if theirs.can_add_subpage() else ""


def add_first_steps(request, panels) -> None:
    """Wagtail's ``construct_homepage_panels`` hook: for whoever may switch the portal on."""
    if may(request.user, "change", PortalSettings):
        panels.append(FirstStepsPanel())
