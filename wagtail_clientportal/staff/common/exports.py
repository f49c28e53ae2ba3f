"""Spreadsheets that staff download: only for whom it is meant, written down, and nothing in them is a formula."""

from array import array
from collections.abc import Callable, Iterator
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from ...exchange.spreadsheet_cells import neutral
from ...practice import log_codes
from ...practice.models import Client
from ...practice.permissions import EXPORT_CLIENT, full_name
from .register_filters import A_YEAR

# Rows that are in memory at once
_PIECE = 500
# A workbook is made whole before its first byte leaves. Beyond so many rows the browser, or the web server, might have
# given up before.
XLSX_ROW_LIMIT = 20_000


class InPieces:
    """The rows of a list as they were when the export began, read from the database a piece at a time.

    By their keys: a cursor that stays open isn't to be had on every database, nor behind every connection pool.
    """

    def __init__(self, rows: QuerySet):
        self.rows, self.model = rows, rows.model
        self.keys = array("q", rows.values_list("pk", flat=True).iterator(chunk_size=_PIECE))

    def __len__(self):
        return len(self.keys)

    def __iter__(self) -> Iterator[Model]:
        for first in range(0, len(self), _PIECE):
            yield from self.rows.filter(pk__in=self.keys[first : first + _PIECE])


class SafeExport:
    """Goes before Wagtail's ``SpreadsheetExportMixin``, in its listings and reports."""

    export_permission = full_name(EXPORT_CLIENT)
    # What the log calls that which was exported
    exported = ""
    # Wagtail's own buttons would offer nothing but the list as it stands.
    show_export_buttons = False

    @cached_property
    def may_export(self) -> bool:
        return self.request.user.has_perm(self.export_permission)

    def downloads(self) -> list[tuple[str, str]]:
        """What is offered: pairs of words and address."""
        return [(_("Download XLSX"), self.xlsx_export_url), (_("Download CSV"), self.csv_export_url)]

    @cached_property
    def header_more_buttons(self):
        buttons = [*super().header_more_buttons]
        if self.may_export:
            buttons += [
                Button(label, url=url, icon_name="download", priority=priority)
                for priority, (label, url) in enumerate(self.downloads(), start=90)
            ]
        return buttons

    def get(self, request, *args, **kwargs):
        if self.is_export:
            # Wagtail's listings would read every row first, to count them.
            return self.as_spreadsheet(self.get_queryset(), request.GET["export"])
        return super().get(request, *args, **kwargs)

    def as_spreadsheet(self, queryset, spreadsheet_format):
        if not self.may_export:
            raise PermissionDenied
        rows = InPieces(queryset)
        if spreadsheet_format == self.FORMAT_XLSX and len(rows) > XLSX_ROW_LIMIT:
            return self._too_many(rows)
        # A list is no record of its own; it is logged beside those of the clients.
        log(
            Client(pk=0),
            log_codes.LIST_EXPORTED,
            user=self.request.user,
            title=str(self.exported),
            data={"rows": len(rows)},
        )
        return super().as_spreadsheet(rows, spreadsheet_format)

    def _too_many(self, rows: InPieces):
        messages.error(
            self.request,
            _(
                "These are %(rows)s rows, and an XLSX file takes %(most)s here. Download CSV, which takes any number, "
                "or search and filter first."
            )
            % {"rows": f"{len(rows):,}", "most": f"{XLSX_ROW_LIMIT:,}"},
        )
        shown = self.request.GET.copy()
        del shown["export"]
        return redirect(f"{self.index_url or self.request.path}?{shown.urlencode()}")

    def stream_csv(self, queryset):
        return self._in_pieces(super().stream_csv(queryset), get_language())

    @staticmethod
    def _in_pieces(lines: Iterator[bytes], language: str) -> Iterator[bytes]:
        # When these are asked for the view has returned, and with it its reader's language.
        while True:
            with override(language):
                piece = b"".join(islice(lines, _PIECE))
            if not piece:
                return
            yield piece

    def preprocess_field_value(self, field, value, export_format):
        return neutral(super().preprocess_field_value(field, value, export_format))


class ExportOfAYear(SafeExport):
    """Of a register: takes a year where no time is chosen, and everything where the address says so."""

    # The moment that a year is counted by
    dated_by = ""
    # Filters by that moment: by their names in an address
    narrowed_by = ("when", "days_from", "days_to")
    # The columns of the file by their names: a heading, and what is said of a row
    exported_columns: dict[str, tuple[str, Callable[[Model], str]]] = {}

    @property
    def list_export(self):
        return list(self.exported_columns)

    def get_heading(self, queryset, field):
        return str(self.exported_columns[field][0])

    def to_row_dict(self, item):
        return {name: value_of(item) for name, (_heading, value_of) in self.exported_columns.items()}

    @property
    def is_narrowed_in_time(self) -> bool:
        return any(self.request.GET.get(name) for name in self.narrowed_by)

    def get_queryset(self):
        rows = super().get_queryset()
        if self.is_export and not self.is_narrowed_in_time and self.request.GET.get("years") != "all":
            return rows.filter(**{f"{self.dated_by}__gte": timezone.now() - A_YEAR})
        return rows

    def downloads(self):
        if self.is_narrowed_in_time:
            return super().downloads()
        return [
            (_("Download XLSX: from a year ago on"), self.xlsx_export_url),
            (_("Download CSV: from a year ago on"), self.csv_export_url),
            (_("Download CSV: everything"), f"{self.csv_export_url}&years=all"),
        ]
