"""What the screens of an import have in common."""

from django.core.exceptions import PermissionDenied
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...exchange.models import ImportRun
from ..common.reach import sees_every_diary
from ..common.urls import imports_url
from ..common.viewsets import may


def may_import(user) -> bool:
    """Whether *user* may bring in files: these may be about anybody's clients and diary."""
    return may(user, "add", ImportRun) and sees_every_diary(user)


class ImportView(WagtailAdminTemplateMixin):
    model = ImportRun
    header_icon = "upload"
    _show_breadcrumbs = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may_import(request.user):
            raise PermissionDenied

    def get_breadcrumbs_items(self):
        label = capfirst(_("imports"))
        return [*super().get_breadcrumbs_items(), {"url": imports_url(), "label": label}]
