"""What the screens that do something with one client's record have in common."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...practice.models import Client
from ..common.reach import check_reach
from ..common.urls import client_url, clients_url
from ..common.viewsets import may


def record_url(client: Client, tab: str = "") -> str:
    """Return the address of the client's record, opened at *tab* ("details", "access", …)."""
    return client_url(client.pk, tab)


class ClientView(WagtailAdminTemplateMixin):
    """One client whom this member of staff reaches, and a permission that is asked before anything is looked up."""

    model = Client
    permission = "change"
    header_icon = "group"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not may(request.user, self.permission, Client):
            raise PermissionDenied
        check_reach(request.user, Client, kwargs["pk"])
        self.object = get_object_or_404(Client, pk=kwargs["pk"])

    def get_page_subtitle(self):
        return self.object.full_name

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": clients_url(), "label": capfirst(Client._meta.verbose_name_plural)},
            {"url": record_url(self.object), "label": self.object.full_name},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"client": self.object, "record_url": record_url(self.object)} | kwargs)
