"""StreamField blocks for any page of the site: links to online booking and to the portal.

A site names them in its own pages' migrations: their places and names stay.
"""

from django import forms
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Page, Site

from ..policies.models import BookingSettings, PortalSettings
from ..policies.portal_address import booking_page, portal_page


class RecordBlock(blocks.ChooserBlock):
    """One of the clinic's records, from a list."""

    @cached_property
    def widget(self):
        return forms.Select()

    def value_from_form(self, value):
        return super().value_from_form(value or None)

    def get_form_state(self, value):
        return self.get_prep_value(value)


class AppointmentTypeBlock(RecordBlock):
    target_model = "wagtail_clientportal.AppointmentType"


class ClinicianBlock(RecordBlock):
    target_model = "wagtail_clientportal.Clinician"


class LocationBlock(RecordBlock):
    target_model = "wagtail_clientportal.Location"


class _LinkBlock(blocks.StructBlock):
    """A link in the editor's words; nothing where what it leads to is off, so that nobody is led there in vain."""

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        site = _site_of(context)
        page = self.page_of(site) if site else None
        context["url"] = f"{page.get_url(context.get('request')) or ''}{self.query(value)}" if page else ""
        return context

    def page_of(self, site: Site) -> Page | None:
        """Return the page that it leads to; ``None`` where that is off."""
        raise NotImplementedError

    def query(self, value) -> str:
        return ""


class BookAppointmentBlock(_LinkBlock):
    """Leads to online booking, at the step that what is preset leaves open."""

    text = blocks.CharBlock(label=_("Words of the link"), default=_("Book an appointment"), max_length=120)
    appointment_type = AppointmentTypeBlock(label=_("Appointment type"), required=False)
    location = LocationBlock(label=_("Location"), required=False)
    clinician = ClinicianBlock(label=_("Clinician"), required=False)

    class Meta:
        icon = "calendar-alt"
        label = _("Book an appointment")
        template = "wagtail_clientportal/pages/link_block.html"
        form_classname = "struct-block"

    def page_of(self, site):
        return booking_page(site) if BookingSettings.for_site(site).enabled else None

    def query(self, value):
        preset = {
            "type": value.get("appointment_type"),
            "location": value.get("location"),
            "clinician": value.get("clinician"),
        }
        chosen = {name: one.pk for name, one in preset.items() if one}
        return f"?{urlencode(chosen)}" if chosen else ""


class ManageAppointmentBlock(_LinkBlock):
    """Leads to the portal, where a client sees, changes and cancels appointments."""

    text = blocks.CharBlock(label=_("Words of the link"), default=_("Manage your appointment"), max_length=120)

    class Meta:
        icon = "calendar-check"
        label = _("Manage your appointment")
        template = "wagtail_clientportal/pages/link_block.html"

    def page_of(self, site):
        return portal_page(site) if PortalSettings.for_site(site).enabled else None


def _site_of(context) -> Site | None:
    """Return the site of the page that the block is on; where that isn't known, of the request."""
    page, request = context.get("page"), context.get("request")
    site = page.get_site() if isinstance(page, Page) and page.path else None
    return site or (Site.find_for_request(request) if request else Site.objects.filter(is_default_site=True).first())
