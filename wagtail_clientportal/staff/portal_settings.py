"""Portal settings: the switch, the default policy and how the clinic is reached, one set a site."""

from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from ..policies.models import PortalSettings
from .viewset import PracticeViewSet

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


class PortalSettingsViewSet(PracticeViewSet):
    model = PortalSettings
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
