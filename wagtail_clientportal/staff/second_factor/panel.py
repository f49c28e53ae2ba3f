"""The way from somebody's account settings to their second factor."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel

from ..common.nothing_to_save import NothingToSave
from ..common.urls import second_factor_url
from ..common.viewsets import uses_the_portal
from .devices import is_set_up
from .installed import is_installed


class SecondFactorPanel(BaseSettingsPanel):
    name = "client_portal_second_factor"
    title = _("Second factor")
    order = 600
    template_name = "wagtail_clientportal/staff/second_factor/panel.html"
    form_class = NothingToSave

    def is_active(self):
        return is_installed() and uses_the_portal(self.user)

    def get_context_data(self):
        url = second_factor_url("own")
        return super().get_context_data() | {"is_set_up": is_set_up(self.user), "url": url}


def second_factor_panel(request, user, profile) -> SecondFactorPanel:
    """Wagtail's ``register_account_settings_panel`` hook."""
    return SecondFactorPanel(request, user, profile)
