"""The clinic in figures: tables on one page, each with its charts, and to be downloaded."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from ...exchange.spreadsheet_cells import neutral
from ...practice.dates import full_day_in_words
from ...practice.models import Clinician, Location
from ...practice.permissions import READ_REPORTS, full_name
from ..common.reach import within_reach
from .charts import Chart, chart_of
from .choice import ChoiceForm
from .columns import Cell
from .report import tables_for
from .tables import Table


def may_read_figures(user) -> bool:
    return user.has_perm(full_name(READ_REPORTS))


@dataclass(frozen=True)
class ShownTable:
    """A table as it is read: each cell in words, and where it is downloaded."""

    table: Table
    rows: list[list[str]]
    total: list[str] | None
    charts: list[Chart]
    downloads: list[tuple[str, str]]  # "CSV", and its address


class FiguresView(SpreadsheetExportMixin, WagtailAdminTemplateMixin, TemplateView):
    page_title = gettext_lazy("Clinic figures")
    header_icon = "table"
    template_name = "wagtail_clientportal/staff/reports/index.html"
    show_export_buttons = False  # each table has its own

    def dispatch(self, request, *args, **kwargs):
        if not may_read_figures(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        clinicians, locations = (list(within_reach(request.user, one.objects.all())) for one in (Clinician, Location))
        form = ChoiceForm(request.GET.dict(), clinicians=clinicians, locations=locations)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        choice = form.choice
        tables = tables_for(request.user, choice, [*clinicians, *locations], now=timezone.now())
        if self.is_export:
            return self._download(tables, f"{choice.first}-{choice.last}")
        days = {"first": full_day_in_words(choice.first), "last": full_day_in_words(choice.last)}
        return self.render_to_response(
            self.get_context_data(
                form=form,
                period=_("%(first)s to %(last)s") % days,
                tables=[self._shown(table) for table in tables],
            )
        )

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def _shown(self, table: Table) -> ShownTable:
        is_by_week = isinstance(table.rows[0][0], date) if table.rows else False
        charts = [
            chart_of(
                f"{table.key}-{column}",
                table.headings[column],
                [(in_short(row[0]), row[column], in_words(row[column])) for row in table.rows],
                is_upright=is_by_week,
            )
            for column in table.charted
        ]
        return ShownTable(
            table,
            rows=[list(map(in_words, row)) for row in table.rows],
            total=table.total and list(map(in_words, table.total)),
            charts=list(filter(None, charts)),
            downloads=[
                (one.upper(), f"{self.get_export_url(one)}&table={table.key}") for one in reversed(self.FORMATS)
            ],
        )

    def _download(self, tables: list[Table], days: str):
        table = next((one for one in tables if one.key == self.request.GET.get("table")), None)
        if table is None:
            raise Http404
        self.list_export = table.headings
        self.export_filename = f"{table.key}-{days}"
        return self.as_spreadsheet(table.rows, self.request.GET["export"])

    def to_row_dict(self, row: list[Cell]) -> dict[str, Cell]:
        return dict(zip(self.list_export, row, strict=True))

    def get_heading(self, rows, heading):
        return heading

    def preprocess_field_value(self, field, value, export_format):
        # A clinician's name is what somebody typed.
        return neutral(super().preprocess_field_value(field, value, export_format))


def in_words(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, date):
        return date_format(cell, "j M Y")
    return cell if isinstance(cell, str) else number_format(cell)


def in_short(cell: Cell) -> str:
    """What names a bar, where there is little room."""
    return date_format(cell, "j M") if isinstance(cell, date) else in_words(cell)
