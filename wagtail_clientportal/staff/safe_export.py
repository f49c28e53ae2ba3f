"""Spreadsheets that staff download: only for whom it is meant, written down, and nothing in them is a formula.

What somebody typed into a name is opened later by a program that would run it. OWASP, "CSV Injection": a cell that
begins with one of these characters gets an apostrophe in front.
"""

import re

from django.core.exceptions import PermissionDenied
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button, ButtonWithDropdown
from wagtail.log_actions import log

from ..practice.models import Client

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Control characters, which XML has no way to write: with one of them there would be no file at all.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def neutral(value):
    """Return *value* so that no spreadsheet takes it for a formula; what isn't text is returned as it is."""
    if isinstance(value, str):
        value = _NOT_IN_XML.sub("", value)
    if isinstance(value, str) and value.lstrip(" \xa0").startswith(_BEGINS_A_FORMULA):
        return f"'{value}"
    return value


class SafeExport:
    """Goes before Wagtail's ``SpreadsheetExportMixin``: in its listings and reports, and in modeladmin's registers."""

    export_permission = "wagtail_clientportal.export_client"
    # What the log calls that which was exported
    exported = ""

    @cached_property
    def may_export(self) -> bool:
        return self.request.user.has_perm(self.export_permission)

    @cached_property
    def show_export_buttons(self):
        return self.may_export and super().show_export_buttons

    def export_menu(self) -> list[ButtonWithDropdown]:
        """What a register puts among the buttons of its header; Wagtail's own listings do so by themselves."""
        if not self.show_export_buttons:
            return []
        downloads = [
            Button(_("Download XLSX"), url=self.xlsx_export_url, icon_name="download"),
            Button(_("Download CSV"), url=self.csv_export_url, icon_name="download"),
        ]
        return [
            ButtonWithDropdown(
                buttons=downloads,
                icon_name="dots-horizontal",
                attrs={"aria-label": _("Actions")},
                classname="w-h-slim-header",
            )
        ]

    def as_spreadsheet(self, queryset, spreadsheet_format):
        if not self.may_export:
            raise PermissionDenied
        # A list is no record of its own; it is logged beside those of the clients.
        log(
            Client(pk=0),
            "clientportal.export_list",
            user=self.request.user,
            title=str(self.exported),
            data={"rows": queryset.count()},
        )
        return super().as_spreadsheet(queryset, spreadsheet_format)

    def preprocess_field_value(self, field, value, export_format):
        return neutral(super().preprocess_field_value(field, value, export_format))
