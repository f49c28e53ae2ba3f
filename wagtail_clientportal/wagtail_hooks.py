"""What Wagtail is told about; each thing lives in its room."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .staff.menu import REGISTERS, ClientPortalGroup, outside_the_menu
from .staff.portal_policies import PolicyViewSet, refuse_to_delete_what_is_in_use

register_snippet(PolicyViewSet)
for register in REGISTERS:
    register.register_with_wagtail()

hooks.register("register_admin_viewset", ClientPortalGroup)
hooks.register("register_admin_viewset", outside_the_menu)
hooks.register("before_delete_snippet", refuse_to_delete_what_is_in_use)
