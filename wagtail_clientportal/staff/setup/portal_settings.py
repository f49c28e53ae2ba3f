"""Portal settings: the switch, the default policy and how the clinic is reached, one set a site."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column

from ...health.setup import site_findings, unknown_addresses
from ...policies.models import PortalPolicy, PortalSettings
from ...policies.portal_address import portal_page
from ...policies.translated import original, translations_of
from ...practice.models import Clinician
from ..common.viewsets import EditView, IndexView, PracticeForm, PracticeViewSet


class PortalSettingsForm(PracticeForm):
    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("enabled") and cleaned.get("site")):
            return cleaned
        if "enabled" in self.changed_data:
            for one in site_findings(cleaned["site"]):
                self.add_error("enabled", f"{one.what} {one.mend}")
        ruled_by = {"enabled", "default_policy"} & set(self.changed_data)
        if ruled_by and "default_policy" in cleaned and (reason := _why_no_policy_rules(cleaned["default_policy"])):
            self.add_error("default_policy", reason)
        told_of = {"enabled", "notify_email"} & set(self.changed_data)
        if told_of and not cleaned.get("notify_email") and _some_clinician_has_no_account():
            self.add_error(
                "notify_email",
                _(
                    "Nobody would hear of what clients change with a clinician who has no staff account. Enter an "
                    "address here, or give every clinician an account first, under People and places, Clinicians."
                ),
            )
        return cleaned


def _why_no_policy_rules(policy: PortalPolicy | None) -> ValidationError | None:
    """What keeps *policy* from permitting anything, and what to do about it; ``None`` where nothing does."""
    if policy is None:
        return ValidationError(
            _("Without a policy nobody could change or cancel anything. Choose one that is published first.")
        )
    ruling = original(translations_of(policy))
    if ruling.live:
        return None
    error = _("“%(policy)s” isn’t published, so nobody could change or cancel anything. Publish it first.")
    return ValidationError(error, params={"policy": ruling})


def _some_clinician_has_no_account() -> bool:
    """Whether there is somebody who would never hear what clients do; so it is while there is nobody yet."""
    clinicians = Clinician.objects.filter(is_active=True)
    return not clinicians.exists() or clinicians.exclude(user__is_active=True).exists()


def warn_of_unknown_addresses(request, sites):
    """Say so where some visitors' addresses don't reach the portal."""
    for site in sites:
        for one in unknown_addresses(site, timezone.now()):
            messages.warning(request, f"{one.what} {one.mend}")


class PortalSettingsIndexView(IndexView):
    def get(self, request, *args, **kwargs):
        if not self.results_only:
            warn_of_unknown_addresses(request, [one.site for one in PortalSettings.objects.select_related("site")])
        return super().get(request, *args, **kwargs)


class PortalSettingsEditView(EditView):
    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)  # not rendered yet
        warn_of_unknown_addresses(request, [self.object.site])
        return response


class PortalAddressPanel(Panel):
    """Where clients find the portal, ready to be copied; where they can't yet, why not."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtail_clientportal/staff/portal_address.html"

        def is_shown(self):
            return bool(self.instance.pk)

        def get_context_data(self, parent_context=None):
            page = portal_page(self.instance.site)
            return super().get_context_data(parent_context) | {
                "address": page.get_full_url() if page else "",
                "is_on": self.instance.enabled,
            }


class PortalSettingsViewSet(PracticeViewSet):
    model = PortalSettings
    index_view_class = PortalSettingsIndexView
    edit_view_class = PortalSettingsEditView
    name = "portal-settings"
    icon = "cog"
    menu_label = _("Portal settings")
    list_display = [
        "site",
        BooleanColumn("enabled", label=_("The portal is on")),
        Column("default_policy", label=_("Default policy")),
        Column("clinic_name", label=_("Clinic's name")),
        Column("phone", label=_("Phone")),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("site"),
            PortalAddressPanel(),
            MultiFieldPanel([FieldPanel("enabled"), FieldPanel("off_message")], heading=_("Switch")),
            FieldPanel("default_policy"),
            MultiFieldPanel(
                [
                    FieldPanel("clinic_name"),
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                    FieldPanel("notify_email"),
                    FieldPanel("privacy_page"),
                ],
                heading=_("The clinic"),
            ),
            FieldPanel("names_in_feeds"),
            MultiFieldPanel(
                [
                    FieldPanel("logo"),
                    FieldPanel("accent_colour", widget=forms.TextInput(attrs={"placeholder": "#0b5a5c"})),
                ],
                heading=_("Look"),
            ),
        ],
        base_form_class=PortalSettingsForm,
    )
    inspect_view_fields = ["site", "enabled", "default_policy", "clinic_name", "phone", "email", "notify_email"]
