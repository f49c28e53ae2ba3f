"""Portal settings: the switch, the default policy and how the clinic is reached, one set a site."""

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from ..access.unknown_addresses import were_addresses_unknown
from ..policies.models import PortalSettings
from .viewset import EditView, IndexView, PracticeViewSet

NOBODY_ELSE_REACHES = {"localhost", "127.0.0.1", "::1", ""}


class PortalSettingsForm(WagtailAdminModelForm):
    def clean(self):
        cleaned = super().clean()
        site = cleaned.get("site")
        if (
            cleaned.get("enabled")
            and site
            and site.hostname in NOBODY_ELSE_REACHES
            and "enabled" in self.changed_data
            and not django_settings.DEBUG
        ):
            # A fresh Wagtail has the site "localhost", and links in messages are built from it.
            error = _(
                "Links in messages would lead to “%(hostname)s”, where no client could open them. "
                "Give the site its real name first, under Settings, Sites."
            )
            self.add_error("enabled", ValidationError(error, params={"hostname": site.hostname}))
        return cleaned


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
