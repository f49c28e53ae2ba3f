"""Where the clinic's figures are, their place in the menu, and the permission to read them."""

from django.contrib.auth.models import Permission
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from ...diary.models import Appointment
from ...practice.permissions import READ_REPORTS
from ..common.menu_items import shown_to
from ..common.urls import FIGURES, figures_url
from .view import FiguresView, may_read_figures


class FiguresViewSet(ViewSet):
    url_prefix = "clientportal/figures"
    url_namespace = FIGURES

    def get_urlpatterns(self):
        return [path("", FiguresView.as_view(), name="index")]


def figures_menu_item() -> MenuItem:
    """Wagtail's ``register_reports_menu_item`` hook."""
    return shown_to(may_read_figures)(
        _("Clinic figures"), figures_url(), name="clinic-figures", icon_name=FiguresView.header_icon, order=940
    )


def figures_permission():
    """Wagtail's ``register_permissions`` hook: what its form for groups offers."""
    return Permission.objects.filter(content_type__app_label=Appointment._meta.app_label, codename=READ_REPORTS)
