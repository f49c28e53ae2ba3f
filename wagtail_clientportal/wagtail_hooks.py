"""What Wagtail is told about; each thing lives in its room."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .staff.clients.log import client_log_menu_item
from .staff.common.log_actions import register_log_actions
from .staff.common.typed_words import typed_words_urls
from .staff.desk.first_steps_panel import add_first_steps
from .staff.desk.health_panel import add_health
from .staff.desk.since_last_visit import add_since_last_visit
from .staff.desk.today import add_today
from .staff.imports.viewset import import_permission
from .staff.menu import REGISTERS, ClientPortalGroup, bell_menu_item, diary_menu_item, outside_the_menu
from .staff.messages.bulk_actions import HandleMessages, SendAgain
from .staff.notifications.bulk_actions import ReadNotifications
from .staff.notifications.preferences import preferences_panel
from .staff.notifications.viewset import NOTIFICATIONS, add_bell
from .staff.reports.viewset import FiguresViewSet, figures_menu_item, figures_permission
from .staff.second_factor.panel import second_factor_panel
from .staff.setup.calendars import own_calendars_panel
from .staff.setup.portal_policies import PolicyViewSet, refuse_to_delete_what_is_in_use
from .staff.setup.site_reach import SiteReachForm
from .staff.templates.rich_text_variables import register_variables
from .staff.templates.viewset import TemplateViewSet

register_snippet(PolicyViewSet)
register_snippet(TemplateViewSet)
for register in REGISTERS:
    register.register_with_wagtail()

hooks.register("register_admin_urls", typed_words_urls)
hooks.register("register_admin_viewset", ClientPortalGroup)
hooks.register("register_admin_viewset", outside_the_menu)
hooks.register("register_admin_menu_item", diary_menu_item)
hooks.register("register_admin_menu_item", bell_menu_item)
hooks.register("register_icons", add_bell)
hooks.register("register_rich_text_features", register_variables)
hooks.register("before_delete_snippet", refuse_to_delete_what_is_in_use)
hooks.register("register_group_permission_panel", lambda: SiteReachForm)
hooks.register("register_permissions", import_permission)
hooks.register("register_permissions", figures_permission)
hooks.register("register_log_actions", register_log_actions)
hooks.register("register_reports_menu_item", figures_menu_item)
hooks.register("register_reports_menu_item", client_log_menu_item)
hooks.register("register_admin_viewset", FiguresViewSet)
hooks.register("register_admin_viewset", lambda: NOTIFICATIONS)
hooks.register("construct_homepage_panels", add_first_steps)
hooks.register("construct_homepage_panels", add_health)
hooks.register("construct_homepage_panels", add_today)
hooks.register("construct_homepage_panels", add_since_last_visit)
hooks.register("register_account_settings_panel", preferences_panel)
hooks.register("register_account_settings_panel", second_factor_panel)
hooks.register("register_account_settings_panel", own_calendars_panel)
for action in (HandleMessages, SendAgain, ReadNotifications):
    hooks.register("register_bulk_action", action)


@hooks.register("insert_global_admin_css")
def staff_stylesheet():
    return format_html('<link rel="stylesheet" href="{}">', static("wagtail_clientportal/admin/staff.css"))
