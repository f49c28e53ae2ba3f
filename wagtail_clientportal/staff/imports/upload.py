"""The screen on which a file is chosen, with those that were before and files to begin with."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View
from django.views.generic.edit import FormView

from ...exchange import templates
from ...exchange.kinds import KINDS
from ...exchange.limits import MAX_BYTES
from ...exchange.models import ImportRun
from ...exchange.runs import keep
from ...exchange.unreadable import Unreadable
from ...outbox.schedule import has_worker
from ..common.local_time import day_and_time, site_zone
from ..common.people import when_and_by
from ..common.urls import import_template_url, import_url
from .view import ImportView, may_import

MAX_SHOWN = 30  # imports
_WRITERS = {
    "csv": (templates.as_csv, "text/csv"),
    "xlsx": (templates.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class UploadForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What are its rows?"), choices=ImportRun.Kind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy("CSV or Excel (.xlsx). The first row holds the headings of the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)d MB. Split it, and import one part after the other.")
                % {"most": MAX_BYTES // 2**20}
            )
        return file


class UploadView(ImportView, FormView):
    template_name = "wagtail_clientportal/staff/imports/index.html"
    page_title = gettext_lazy("Import")
    form_class = UploadForm

    def post(self, request, *args, **kwargs):
        # What nobody would ever try isn't kept.
        return super().post(request, *args, **kwargs) if has_worker() else self.get(request, *args, **kwargs)

    def form_valid(self, form):
        file = form.cleaned_data["file"]
        try:
            run = keep(
                file,
                name=file.name,
                kind=form.cleaned_data["kind"],
                by=self.request.user,
                now=timezone.now(),
            )
        except Unreadable as unreadable:
            form.add_error("file", str(unreadable))
            return self.form_invalid(form)
        return redirect(import_url("run", run.pk))

    def get_context_data(self, **kwargs):
        runs = ImportRun.objects.select_related("by").defer("headings", "examples", "columns")[:MAX_SHOWN]
        zone = site_zone()
        return super().get_context_data(
            runs=[
                (one, import_url("run", one.pk), when_and_by(one.by, day_and_time(one.created_at, zone)))
                for one in runs
            ],
            kinds=[
                (label, [(ending.upper(), import_template_url(kind=kind, format=ending)) for ending in _WRITERS])
                for kind, label in ImportRun.Kind.choices
            ],
            has_worker=has_worker(),
            **kwargs,
        )


class TemplateFileView(View):
    """An empty file with the right headings. ``kind`` and ``format`` are in the address."""

    def get(self, request):
        if not may_import(request.user):
            raise PermissionDenied
        kind = request.GET.get("kind") if request.GET.get("kind") in KINDS else "clients"
        ending = request.GET.get("format") if request.GET.get("format") in _WRITERS else "csv"
        write, content_type = _WRITERS[ending]
        return HttpResponse(
            write(KINDS[kind].columns),
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{kind}.{ending}"'},
        )
