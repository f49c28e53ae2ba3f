"""The screen of one import, which shows the next step: match the columns, wait, see what would come of it."""

import csv
import io
from collections.abc import Iterator

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView, View
from wagtail.admin import messages

from ...exchange.kinds import KINDS
from ...exchange.models import ImportRun
from ...exchange.runs import AlreadyBegun, begin_import, forget, try_out
from ...exchange.unreadable import Unreadable
from ...outbox.schedule import has_worker
from ..common.exports import InPieces, neutral
from ..common.local_time import day_and_time, site_zone
from ..common.people import when_and_by
from ..common.urls import import_url, imports_url
from .view import ImportView, may_import

MAX_REFUSALS_SHOWN = 50
LOOK_AGAIN_AFTER = 3  # seconds


class ColumnsForm(forms.Form):
    """For each field the heading of its column in this file."""

    def __init__(self, run: ImportRun, data=None):
        super().__init__(data)
        self.kind = KINDS[run.kind]
        choices = [
            ("", _("Not in this file")),
            *((heading, heading) for heading in dict.fromkeys(run.headings) if heading),
        ]
        for column in self.kind.columns:
            place = run.columns.get(column.name)
            self.fields[column.name] = forms.ChoiceField(
                label=column.label,
                choices=choices,
                required=column.required,
                initial="" if place is None else run.headings[place],
                help_text=_("For example: %(example)s") % {"example": column.example},
                error_messages={"required": _("Choose the column that holds this.")},
            )
        if run.kind == ImportRun.Kind.APPOINTMENTS:
            self.fields["overbook"] = forms.BooleanField(
                label=_("Import appointments even over others"),
                required=False,
                initial=run.overbook,
                help_text=_("Otherwise, whoever would stand over another one is refused, and you decide."),
            )

    def chosen(self) -> dict[str, str]:
        return {column.name: self.cleaned_data[column.name] for column in self.kind.columns}


class RunView(ImportView, TemplateView):
    template_name = "wagtail_clientportal/staff/imports/run.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.run = get_object_or_404(ImportRun.objects.select_related("by"), pk=kwargs["pk"])

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if self.run.is_at_work:
            response["Refresh"] = str(LOOK_AGAIN_AFTER)  # without any script
        return response

    def post(self, request, *args, **kwargs):
        step = {"try": self._try, "import": self._import, "forget": self._forget}.get(request.POST.get("step"))
        try:
            return step() if step else redirect(import_url("run", self.run.pk))
        except AlreadyBegun:
            messages.error(request, _("Somebody else went on with this import in the meantime. This is how it is now."))
            return redirect(imports_url() if step == self._forget else import_url("run", self.run.pk))

    def _try(self):
        form = ColumnsForm(self.run, self.request.POST)
        if form.is_valid():
            try:
                try_out(self.run, chosen=form.chosen(), overbook=form.cleaned_data.get("overbook", False))
            except Unreadable as unreadable:
                form.add_error(None, str(unreadable))
            else:
                return redirect(import_url("run", self.run.pk))
        return self.render_to_response(self.get_context_data(form=form))

    def _import(self):
        begin_import(self.run)
        return redirect(import_url("run", self.run.pk))

    def _forget(self):
        forget(self.run)
        messages.success(self.request, _("The file is deleted. What was imported stays."))
        return redirect(imports_url())

    def get_page_title(self):
        return _("Import of %(what)s") % {"what": self.run.get_kind_display().lower()}

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.run.file_name}]

    def get_context_data(self, form=None, **kwargs):
        run, states, zone = self.run, ImportRun.State, site_zone()
        may_match = run.state in (states.UPLOADED, states.TRIED)
        refusals = list(run.refusals.all()[:MAX_REFUSALS_SHOWN])
        return super().get_context_data(
            run=run,
            form=form or (ColumnsForm(run) if may_match else None),
            uploaded=when_and_by(run.by, day_and_time(run.created_at, zone)),
            ended=day_and_time(run.ended_at, zone),
            refusals=refusals,
            refusals_left=run.refused - len(refusals),
            refused_url=import_url("refused", run.pk),
            imports_url=imports_url(),
            has_worker=has_worker(),
            to_import=run.new + run.changed,
            **kwargs,
        )


class RefusedRowsView(View):
    """The rows that were refused, as they stood in the file and with why: to correct there and import again."""

    def get(self, request, pk):
        if not may_import(request.user):
            raise PermissionDenied
        run = get_object_or_404(ImportRun, pk=pk)
        response = StreamingHttpResponse(_lines(run), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="refused-{run.pk}.csv"'
        return response


def _lines(run: ImportRun) -> Iterator[str]:
    yield "\ufeff" + _line([*run.headings, _("Row"), _("Column"), _("Why it was refused")])
    for one in InPieces(run.refusals.order_by("number")):
        yield _line([*one.cells, one.number, one.column, one.why])


def _line(cells: list) -> str:
    output = io.StringIO()
    csv.writer(output).writerow([neutral(cell) for cell in cells])
    return output.getvalue()
