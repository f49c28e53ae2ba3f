"""Portal settings: the switch, the default policy and how the clinic is reached, one set a site."""

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn, Column

from ..access.unknown_addresses import were_addresses_unknown
from ..policies.models import PortalSettings
from ..policies.portal_address import portal_page
from ..practice.models import Clinician
from .viewset import EditView, IndexView, PracticeViewSet

NOBODY_ELSE_REACHES = {"localhost", "127.0.0.1", "::1", ""}


class PortalSettingsForm(WagtailAdminModelForm):
    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("enabled") and cleaned.get("site")):
            return cleaned
        if "enabled" in self.changed_data:
            for reason in _reasons_to_stay_off(cleaned["site"]):
                self.add_error("enabled", reason)
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


def _reasons_to_stay_off(site) -> list[ValidationError]:
    """What makes a portal useless that is switched on for *site*, each with what to do about it."""
    reasons = []
    if not django_settings.DEBUG:
        if site.hostname in NOBODY_ELSE_REACHES:
            # A fresh Wagtail has the site "localhost", and links in messages are built from it.
            error = _(
                "Links in messages would lead to “%(hostname)s”, where no client could open them. "
                "Give the site its real name first, under Settings, Sites."
            )
            reasons.append(ValidationError(error, params={"hostname": site.hostname}))
        elif not site.root_url.startswith("https://"):
            error = _(
                "Links in messages would begin with “%(url)s”, and what clients write would travel unprotected. "
                "Give the site the port 443 first, under Settings, Sites."
            )
            reasons.append(ValidationError(error, params={"url": site.root_url}))
    if portal_page(site) is None:
        reasons.append(ValidationError(_("There is no portal page yet. Publish one on this site first, under Pages.")))
    return reasons


def _some_clinician_has_no_account() -> bool:
    """Whether there is somebody who would never hear what clients do; so it is while there is nobody yet."""
    clinicians = Clinician.objects.filter(is_active=True)
    return not clinicians.exists() or clinicians.exclude(user__is_active=True).exists()


def warn_of_unknown_addresses(request, sites):
    """Say so where some visitors' addresses don't reach the portal; on a developer's own machine they never do."""
    for site in [] if django_settings.DEBUG else sites:
        if were_addresses_unknown(site, timezone.now()):
            warning = gettext(
                "Some visitors of %(site)s come from a private or unknown address. They are not slowed down by address "
                "for asking or guessing too often; all other limits hold. If they are people in the clinic's own "
                "network, nothing needs to be done. If a proxy stands in front of the website, ask your developer to "
                "say so with the setting TRUSTED_PROXIES."
            )
            messages.warning(request, warning % {"site": site})


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
        ],
        base_form_class=PortalSettingsForm,
    )
    inspect_view_fields = ["site", "enabled", "default_policy", "clinic_name", "phone", "email", "notify_email"]
