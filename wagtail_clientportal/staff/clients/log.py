"""Who opened, changed or exported which client's record, and what else was done with it."""

import re
from datetime import UTC, datetime

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import CharField
from django.db.models.functions import Cast
from django.forms import CheckboxSelectMultiple
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import MultipleUserFilter, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import registry as log_registry

from ...outbox.channels.registry import channel_of
from ...practice.models import Client, ClientLogEntry
from ...practice.permissions import READ_CLIENT_LOG, full_name
from ..common.client_search import found_by
from ..common.exports import SafeExport
from ..common.local_time import day_and_time, site_zone
from ..common.log_actions import ACTIONS, may_read_client_log
from ..common.menu_items import shown_to
from ..common.reach import sees_every_diary, within_reach
from ..common.typed_fields import DaysFilter
from ..common.urls import client_log_url, name_of
from .view import record_url

# "12", "#12", "Client #12"
_NUMBER = re.compile(r"(?:\D*#)?([1-9]\d{0,8})")

_WAGTAILS = ("wagtail.create", "wagtail.edit", "wagtail.delete")


def _keys(clients):
    """The pks of *clients* as the log keeps them."""
    return clients.annotate(key=Cast("pk", CharField())).values("key")


def what(entry: ClientLogEntry) -> str:
    """Return what was done: "Edited: postcode, mobile"."""
    message = str(entry.message)
    data = entry.data
    if data.get("fields"):
        return f"{message}: {get_text_list([_label(name) for name in data['fields']], _('and'))}"
    if "rows" in data:
        return _("%(what)s of %(rows)s lines") % {"what": message, "rows": data["rows"]}
    if "client" in data:
        return _("%(what)s: Client #%(number)s") % {"what": message, "number": data["client"]}
    if data.get("channel"):
        return f"{message}: {channel_of(data['channel']).label}"
    return message


def _label(field_name: str) -> str:
    names = {field.name: field.verbose_name for field in Client._meta.fields}
    return str(names.get(field_name, field_name))


def when(entry: ClientLogEntry) -> str:
    return day_and_time(entry.timestamp, site_zone())


class ClientLogFilters(WagtailFilterSet):
    client = django_filters.CharFilter(
        label=gettext_lazy("Client"),
        method="of_client",
        help_text=gettext_lazy("A name, an email address, or the number in “Client #12”."),
    )
    action = django_filters.MultipleChoiceFilter(label=gettext_lazy("Action"), widget=CheckboxSelectMultiple)
    user = MultipleUserFilter(label=gettext_lazy("User"), queryset=None, widget=CheckboxSelectMultiple)
    timestamp = DaysFilter(label=gettext_lazy("Date"), method="between")

    class Meta:
        model = ClientLogEntry
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = (*_WAGTAILS, *ACTIONS)
        self.filters["action"].extra["choices"] = [one for one in log_registry.get_choices() if one[0] in known]
        self.filters["user"].extra["queryset"] = self.queryset.get_users()

    def of_client(self, entries, name, text):
        if "\0" in text:
            return entries.none()
        if number := _NUMBER.fullmatch(text.strip()):
            return entries.filter(object_id=number[1])
        clients = within_reach(self.request.user, Client.objects.filter(found_by(text)))
        return entries.filter(object_id__in=_keys(clients))

    def between(self, entries, name, days):
        # Days as the clinic counts them, not as the time zone of the reader's account does.
        if start := _in_utc(days.start):
            entries = entries.filter(timestamp__gte=start)
        if stop := _in_utc(days.stop):
            entries = entries.filter(timestamp__lte=stop)
        return entries


def _in_utc(moment: datetime | None) -> datetime | None:
    """What the clinic's clocks mean by *moment*."""
    return moment and moment.replace(tzinfo=site_zone()).astimezone(UTC)


class ClientLogView(SafeExport, ReportView):
    model = ClientLogEntry
    page_title = gettext_lazy("Client record log")
    header_icon = "history"
    index_url_name = name_of(Client, "log")
    index_results_url_name = name_of(Client, "log_results")
    results_template_name = "wagtail_clientportal/staff/client_log_results.html"
    filterset_class = ClientLogFilters
    verbose_name_plural = gettext_lazy("log entries")
    export_permission = full_name(READ_CLIENT_LOG)
    export_filename = "client-record-log"
    exported = gettext_lazy("Client record log")
    list_export = ["timestamp", "user_display_name", "action", "label"]
    export_headings = {
        "timestamp": gettext_lazy("When"),
        "user_display_name": gettext_lazy("Who"),
        "action": gettext_lazy("What"),
        "label": gettext_lazy("Client"),
    }

    columns = [
        Column("timestamp", label=gettext_lazy("When"), accessor=when),
        Column("user", label=gettext_lazy("Who"), accessor="user_display_name"),
        Column("action", label=gettext_lazy("What"), accessor=what),
        TitleColumn(
            "label",
            label=gettext_lazy("Client"),
            accessor="client_label",
            width="35%",
            get_url=lambda one: one.record_url,
        ),
    ]

    def setup(self, request, *args, **kwargs):
        if not may_read_client_log(request.user):
            raise PermissionDenied
        super().setup(request, *args, **kwargs)

    def get_base_queryset(self):
        user = self.request.user
        entries = ClientLogEntry.objects.about_clients().select_related("user")
        if not sees_every_diary(user):
            entries = entries.filter(object_id__in=_keys(within_reach(user, Client.objects.all())))
        return entries.order_by("-timestamp", "-pk")

    def get_filterset_kwargs(self):
        return super().get_filterset_kwargs() | {"queryset": self.get_base_queryset()}

    def get_filtered_queryset(self):
        return self.get_queryset()

    def paginate_queryset(self, queryset, page_size):
        paginator, page, entries, has_other_pages = super().paginate_queryset(queryset, page_size)
        return paginator, page, self.with_names(entries), has_other_pages

    def with_names(self, entries) -> list[ClientLogEntry]:
        """Say of each line which client it is about, as they are called today."""
        entries = list(entries)
        clients = {str(pk): client for pk, client in Client.objects.in_bulk([one.object_id for one in entries]).items()}
        for entry in entries:
            client = clients.get(entry.object_id)
            entry.client_label = f"{client.full_name} ({entry.label})" if client else entry.label
            entry.record_url = record_url(client) if client else None
        return entries

    def to_row_dict(self, entry):
        # The label, not the name: the file may outlive the record.
        moment = entry.timestamp.astimezone(site_zone()).isoformat(sep=" ", timespec="seconds")
        values = [moment, str(entry.user_display_name), what(entry), entry.label]
        return dict(zip(self.list_export, values, strict=True))


def client_log_menu_item() -> MenuItem:
    """Wagtail's ``register_reports_menu_item`` hook."""
    return shown_to(may_read_client_log)(
        gettext_lazy("Client record log"),
        client_log_url(),
        name="client-record-log",
        icon_name="history",
        order=950,
    )
