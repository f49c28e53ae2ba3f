"""What the registers have in common: they are read, searched and inspected, never written."""

from django.contrib.admin import AdminSite
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import ModelAdminURLFinder, register_admin_url_finder
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView, InspectView

from .reach import check_reach, reaches, within_reach

# Filters ask Django's own admin in which order to list their choices; a Wagtail site need not have that installed, so
# the registers ask this one, which knows no model.
ADMIN_SITE = AdminSite(name="clientportal_registers")


class ReadingPermission(PermissionHelper):
    """Whoever may "view" the model may list and inspect it, and nobody may do more in the register itself."""

    # The permissions that mean something, and can be given to a group. Each lets somebody read.
    actions = ("view",)

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


class Breadcrumbs:
    """Gives modeladmin's pages the header that every other page of the admin has."""

    def crumbs(self) -> list[dict]:
        return [{"url": reverse_lazy("wagtailadmin_home"), "label": _("Home")}]

    def get_context_data(self, **kwargs):
        title = self.get_page_title()
        subtitle = self.get_page_subtitle() if hasattr(self, "get_page_subtitle") else ""
        return super().get_context_data(
            **{
                "breadcrumbs_items": self.crumbs(),
                "header_title": f"{title}: {subtitle}" if subtitle else title,
                "header_icon": self.header_icon,
            }
            | kwargs
        )


class RegisterIndexView(Breadcrumbs, IndexView):
    # Lookups that other screens link with, beside the filters that the register offers.
    linked_lookups = ("client__id__exact",)

    def dispatch(self, request, *args, **kwargs):
        if "%00" in request.META.get("QUERY_STRING", ""):
            return redirect(self.index_url)  # PostgreSQL takes no NUL in a text
        try:
            return super().dispatch(request, *args, **kwargs)
        except IncorrectLookupParameters:
            # A filter in the address that means nothing; modeladmin leaves that to Django's admin.
            return redirect(self.index_url)

    def get_filters(self, request):
        found = super().get_filters(request)
        # What no filter of the register took, modeladmin would look up as it stands, through every relation: whoever
        # may read a register could then guess at passwords or dates of birth letter by letter.
        if found[2].keys() - set(self.linked_lookups):
            raise IncorrectLookupParameters
        return found

    def get_buttons_for_obj(self, obj):
        return []  # the first column leads to the record

    def narrowed_to(self) -> list[dict]:
        """What the filters in use let through, each with the address of the list without it."""
        chosen = []
        for spec in self.filter_specs:
            every, *choices = spec.choices(self)
            chosen += [
                {"title": spec.title, "choice": choice["display"], "url_without": every["query_string"]}
                for choice in choices
                if choice["selected"]
            ]
        return chosen + [
            {"title": _("client"), "choice": _("one only"), "url_without": self.get_query_string(remove=[lookup])}
            for lookup in self.linked_lookups
            if lookup in self.params
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**{"narrowed_to": self.narrowed_to()} | kwargs)
        # Where the address names no page, modeladmin offers those around the last instead of the first.
        context["elided_page_range"] = context["paginator"].get_elided_page_range(context["page_obj"].number)
        return context

    def crumbs(self):
        return [*super().crumbs(), {"url": "", "label": capfirst(self.verbose_name_plural)}]


class RegisterInspectView(Breadcrumbs, InspectView):
    def crumbs(self):
        return [
            *super().crumbs(),
            {"url": self.index_url, "label": capfirst(self.verbose_name_plural)},
            {"url": "", "label": str(self.get_page_subtitle())},
        ]


class Register(ModelAdmin):
    """One register. It belongs to the menu group of staff/menu.py, which asks it for its menu item."""

    add_to_admin_menu = False
    permission_helper_class = ReadingPermission
    index_view_class = RegisterIndexView
    inspect_view_class = RegisterInspectView
    index_template_name = "wagtail_clientportal/staff/register.html"
    inspect_view_enabled = True
    # modeladmin's history view asks for no permission at all
    history_view_enabled = False
    list_per_page = 50
    empty_value_display = "–"

    def __init__(self, parent=None):
        super().__init__(parent)
        self.admin_site = ADMIN_SITE

    def inspect_view(self, request, instance_pk):
        # modeladmin looks the record up first: "not found" against "not allowed" would tell which exist.
        if not self.permission_helper.user_can_list(request.user):
            raise PermissionDenied
        pk = unquote(instance_pk)
        if not (pk.isascii() and pk.isdecimal()):
            raise Http404  # modeladmin would look up a word as a number
        check_reach(request.user, self.model, pk)
        return super().inspect_view(request, instance_pk)

    def get_queryset(self, request):
        return within_reach(request.user, super().get_queryset(request))

    def get_admin_urls_for_registration(self):
        names = {self.url_helper.get_action_url_name(action) for action in ("index", "inspect")}
        return tuple(url for url in super().get_admin_urls_for_registration() if url.name in names)

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
