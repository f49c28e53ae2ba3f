"""Giving a client everything that is held about them (GDPR, article 15), as one file."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from ...actions.export_client import export_client
from .view import ClientView


class ExportView(ClientView, TemplateView):
    """Explains what is in the file; sent the form, gives it."""

    permission = "export"
    template_name = "wagtail_clientportal/staff/client/export.html"
    page_title = _("Export everything held")
    header_icon = "download"

    def post(self, request, *args, **kwargs):
        now = timezone.now()
        archive = export_client(self.object, by=request.user, now=now)
        # Without the name: files lie about in download folders.
        name = f"client-{self.object.pk}-{now:%Y-%m-%d}.zip"
        return HttpResponse(
            archive,
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
