"""What Wagtail is told about; each thing lives in its room."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .staff.client_log import client_log_menu_item
from .staff.communication_templates import TemplateViewSet
from .staff.log_actions import register_log_actions
from .staff.menu import REGISTERS, ClientPortalGroup, outside_the_menu
from .staff.notification_preferences import preferences_panel
from .staff.notifications import NOTIFICATIONS
from .staff.portal_policies import PolicyViewSet, refuse_to_delete_what_is_in_use
from .staff.rich_text_variables import register_variables
from .staff.since_last_visit import add_since_last_visit

register_snippet(PolicyViewSet)
register_snippet(TemplateViewSet)
for register in REGISTERS:
    register.register_with_wagtail()

hooks.register("register_admin_viewset", ClientPortalGroup)
hooks.register("register_admin_viewset", outside_the_menu)
hooks.register("register_rich_text_features", register_variables)
hooks.register("before_delete_snippet", refuse_to_delete_what_is_in_use)
hooks.register("register_log_actions", register_log_actions)
hooks.register("register_reports_menu_item", client_log_menu_item)
hooks.register("register_admin_viewset", lambda: NOTIFICATIONS)
hooks.register("construct_homepage_panels", add_since_last_visit)
hooks.register("register_account_settings_panel", preferences_panel)


@hooks.register("insert_global_admin_css")
def staff_stylesheet():
    return format_html('<link rel="stylesheet" href="{}">', static("wagtail_clientportal/admin/staff.css"))
