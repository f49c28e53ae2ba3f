"""The addresses of imports, and their place in the menu."""

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ...exchange.models import ImportRun
from ..common.cannot_save import says_that_nothing_was_saved
from ..common.menu_items import shown_to
from ..common.urls import namespace
from .run import RefusedRowsView, RunView
from .upload import TemplateFileView, UploadView
from .view import may_import


class ImportViewSet(ViewSet):
    icon = "upload"
    menu_label = _("Import")
    menu_name = "client-portal-import"
    menu_item_class = shown_to(may_import)
    url_prefix = "clientportal/import"
    url_namespace = namespace(ImportRun)

    def get_urlpatterns(self):
        patterns = [
            path("", self.construct_view(UploadView), name="index"),
            path("template/", TemplateFileView.as_view(), name="template"),
            path("<int:pk>/", self.construct_view(RunView), name="run"),
            path("<int:pk>/refused/", RefusedRowsView.as_view(), name="refused"),
        ]
        return decorate_urlpatterns(patterns, says_that_nothing_was_saved)


def import_permission():
    """Wagtail's ``register_permissions`` hook: what its form for groups offers."""
    opts = ImportRun._meta
    return Permission.objects.filter(
        content_type__app_label=opts.app_label, codename=get_permission_codename("add", opts)
    )
