"""The registers, which are read, searched and inspected, never written: all that has to do with wagtail-modeladmin.

It gives a register its place in the menu, its permissions, its addresses and the page of one record. The list is
Wagtail's own (``listing.py``).
"""

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import re_path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.utils.urlpatterns import decorate_urlpatterns
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import InspectView

from .cannot_save import says_that_nothing_was_saved
from .listing import RegisterIndexView
from .reach import check_reach, reaches
from .urls import home_url


class ReadingPermission(PermissionHelper):
    """Whoever has one of ``actions`` may list and inspect, and nobody may do more in the register itself."""

    # The permissions that mean something, and can be given to a group.
    actions: tuple[str, ...] = ()

    def get_all_model_permissions(self):
        return super().get_all_model_permissions().filter(codename__in=map(self.get_perm_codename, self.actions))

    def user_has_any_permissions(self, user):
        return any(
            self.user_has_specific_permission(user, codename) for codename in map(self.get_perm_codename, self.actions)
        )

    def user_can_create(self, user):
        return False

    def user_can_edit_obj(self, user, obj):
        return False

    def user_can_delete_obj(self, user, obj):
        return False


class RegisterInspectView(InspectView):
    """The page of one record, with the header that every other page of the admin has."""

    def get_context_data(self, **kwargs):
        title, subtitle = self.get_page_title(), str(self.get_page_subtitle())
        return super().get_context_data(
            **{
                "breadcrumbs_items": [
                    {"url": home_url(), "label": _("Home")},
                    {"url": self.index_url, "label": capfirst(self.verbose_name_plural)},
                    {"url": "", "label": subtitle},
                ],
                "header_title": f"{title}: {subtitle}",
                "header_icon": self.header_icon,
            }
            | kwargs
        )


class Register(ModelAdmin):
    """One register. It belongs to the menu group of staff/menu.py, which asks it for its menu item."""

    add_to_admin_menu = False
    permission_helper_class = ReadingPermission
    # Each of these permissions lets somebody read.
    actions: tuple[str, ...] = ("view",)
    index_view_class: type[RegisterIndexView]
    inspect_view_class = RegisterInspectView
    inspect_view_enabled = True
    # modeladmin's history view asks for no permission at all
    history_view_enabled = False

    def __init__(self, parent=None):
        super().__init__(parent)
        self.permission_helper.actions = self.actions

    def index_view(self, request, *, results_only=False):
        url_name = self.url_helper.get_action_url_name
        view = self.index_view_class.as_view(
            model=self.model,
            # Wagtail 7.4 asks for no permission where a view names no policy.
            permission_policy=ModelPermissionPolicy(self.model),
            any_permission_required=self.actions,
            page_title=self.menu_label,
            header_icon=self.menu_icon,
            index_url_name=url_name("index"),
            index_results_url_name=url_name("index_results"),
            inspect_url_name=url_name("inspect"),
            results_only=results_only,
        )
        return view(request)

    def index_results_view(self, request):
        return self.index_view(request, results_only=True)

    def inspect_view(self, request, instance_pk):
        # modeladmin looks the record up first: "not found" against "not allowed" would tell which exist.
        if not self.permission_helper.user_can_list(request.user):
            raise PermissionDenied
        pk = unquote(instance_pk)
        if not (pk.isascii() and pk.isdecimal()):
            raise Http404  # modeladmin would look up a word as a number
        check_reach(request.user, self.model, pk)
        return super().inspect_view(request, instance_pk)

    def get_admin_urls_for_registration(self):
        names = {self.url_helper.get_action_url_name(action) for action in ("index", "inspect")}
        results = re_path(
            rf"^{self.url_helper.base_url_path}/results/$",
            self.index_results_view,
            name=self.url_helper.get_action_url_name("index_results"),
        )
        urls = (results, *(url for url in super().get_admin_urls_for_registration() if url.name in names))
        return decorate_urlpatterns(urls, says_that_nothing_was_saved)

    def register_admin_url_finders(self):
        # Where Wagtail links to a record (usage, log), lead to its inspect page.
        register = self

        class Finder(ModelAdminURLFinder):
            def get_edit_url(self, instance):
                if self.user is None or (
                    register.permission_helper.user_can_list(self.user) and reaches(self.user, instance)
                ):
                    return register.url_helper.get_action_url("inspect", quote(instance.pk))
                return None

        register_admin_url_finder(self.model, Finder)

    def register_indexing(self):
        # No reference index: it would add several statements to every change a client makes, and would still not
        # know rows written in bulk. in_use.py asks the database instead.
        pass
