"""Clients: the people whom the clinic treats."""

from django.forms import Textarea
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ...practice.models import Client
from ..common.cannot_save import says_that_nothing_was_saved
from ..common.client_search import SEARCHED, found_by
from ..common.exports import SafeExport
from ..common.local_time import day_and_time, site_zone
from ..common.log_actions import may_read_client_log
from ..common.reach import site_to_register_at
from ..common.site_columns import fetched_along, site_columns
from ..common.typed_fields import BirthDateField, TypedPanel
from ..common.urls import client_log_url
from ..common.viewsets import CreateView, EditView, IndexView, PracticeViewSet, screen_name
from .access import LiftPausesView, PortalAccessView, RevokeLinksView, SendLinkView
from .anonymising import AnonymiseView
from .export import ExportView
from .form import ClientForm
from .header import ClientHeader
from .log import ClientLogView
from .look_alikes import LookAlikesPanel
from .merging import MergeView
from .record import ClientInspectView, LogsOpening, RedirectsMerged
from .value_warnings import ValueWarningsPanel
from .view import record_url


class ClientIndexView(SafeExport, IndexView):
    results_template_name = "wagtail_clientportal/staff/register_results.html"
    export_filename = "clients"
    exported = _("Client list")

    def get_base_queryset(self):
        clients = super().get_base_queryset().filter(merged_into=None)
        return clients.prefetch_related(*fetched_along(self.columns))

    def search_queryset(self, queryset):
        return queryset.filter(found_by(self.search_query)) if self.is_searching else queryset

    def get_header_more_buttons(self):
        buttons = list(super().get_header_more_buttons())
        if may_read_client_log(self.request.user):
            url = client_log_url()
            buttons.append(Button(_("Who opened which record"), url=url, icon_name="history", priority=110))
        return sorted(buttons)

    def _get_title_column(self, field_name, column_class=TitleColumn, **kwargs):
        # The name opens the record; Wagtail's own would open the form.
        return self._get_title_column_class(column_class)(
            field_name,
            label=_("Name"),
            sort_key="last_name",
            get_url=self.get_inspect_url,
            classname="w-whitespace-nowrap",  # else a small screen breaks names in the middle of a word
        )

    @cached_property
    def columns(self):
        return [*super().columns, *site_columns(self.request, "clients")]

    def get_list_buttons(self, instance):
        # The label for screen readers would say "Client #12".
        buttons = super().get_list_buttons(instance)
        for button in buttons:
            button.attrs["aria-label"] = _("More options for “%(name)s”") % {"name": screen_name(instance)}
        return buttons


class ClientCreateView(CreateView):
    def save_instance(self):
        self.form.instance.site = site_to_register_at(self.request.user)
        return super().save_instance()


class ClientEditView(RedirectsMerged, LogsOpening, ClientHeader, EditView):
    def save_instance(self):
        # As Wagtail does it, but for the log: which fields, never what was in them.
        client = self.form.save()
        changed = self.form.changed_data
        log(client, "wagtail.edit", user=self.request.user, content_changed=bool(changed), data={"fields": changed})
        return client

    def get_success_url(self):
        return record_url(self.object)

    def get_context_data(self, **kwargs):
        return super().get_context_data(anonymised=day_and_time(self.object.anonymised_at, site_zone()), **kwargs)


class ClientViewSet(PracticeViewSet):
    model = Client
    name = "clients"
    icon = "group"
    menu_label = _("Clients")
    index_view_class = ClientIndexView
    index_results_template_name = ClientIndexView.results_template_name
    add_view_class = ClientCreateView
    edit_view_class = ClientEditView
    inspect_view_class = ClientInspectView
    inspect_template_name = ClientInspectView.template_name
    edit_template_name = "wagtail_clientportal/staff/client/edit.html"
    list_display = [
        "full_name",
        Column("date_of_birth", label=_("Date of birth"), sort_key="date_of_birth"),
        Column("mobile", label=_("Mobile"), classname="w-whitespace-nowrap"),
        Column("email", label=_("Email")),
        Column("postcode", label=_("Postcode")),
        BooleanColumn("is_active", label=_("Active"), classname="clientportal-wide"),
        BooleanColumn("portal_access", label=_("Portal access"), classname="clientportal-wide"),
    ]
    list_filter = ["is_active", "portal_access"]
    list_export = [
        "first_name",
        "last_name",
        "email",
        "mobile",
        "date_of_birth",
        "postcode",
        "is_active",
        "portal_access",
    ]
    search_fields = SEARCHED
    instead = _("Untick “Active” instead: the portal then no longer knows this person, and the history stays.")
    edit_handler = ObjectList(
        [
            LookAlikesPanel(heading=_("The same person?")),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")])],
                heading=_("Name"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("email"), FieldPanel("mobile")]),
                ],
                heading=_("How we reach them"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("email_opt_in"), FieldPanel("sms_opt_in")]),
                    FieldRowPanel([FieldPanel("email_reminders"), FieldPanel("sms_reminders")]),
                    FieldPanel("language"),
                ],
                heading=_("What we send them"),
                help_text=_(
                    "Whatever is ticked here: when we cancel or move an appointment and no message reaches this "
                    "person, a notification asks staff to ring."
                ),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([TypedPanel("date_of_birth", BirthDateField), FieldPanel("postcode")]),
                    ValueWarningsPanel(),
                ],
                heading=_("How they prove who they are"),
                help_text=_("The portal asks for both. Without them this person can't sign in."),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("note", widget=Textarea(attrs={"rows": 2})),
                    FieldPanel("is_active"),
                    FieldRowPanel([FieldPanel("portal_access"), FieldPanel("portal_access_reason")]),
                    FieldPanel("external_ref"),
                ],
                heading=_("Record"),
            ),
        ],
        base_form_class=ClientForm,
    )
    inspect_view_fields = [field.name for field in Client.written_fields()]

    def get_urlpatterns(self):
        patterns = [
            path("log/", ClientLogView.as_view(), name="log"),
            path("log/results/", ClientLogView.as_view(results_only=True), name="log_results"),
            path("<int:pk>/send-link/", SendLinkView.as_view(), name="send_link"),
            path("<int:pk>/end-links/", RevokeLinksView.as_view(), name="revoke_links"),
            path("<int:pk>/lift-pauses/", LiftPausesView.as_view(), name="lift_pauses"),
            path("<int:pk>/portal-access/", PortalAccessView.as_view(), name="portal_access"),
            path("<int:pk>/export/", ExportView.as_view(), name="export"),
            path("<int:pk>/merge/", MergeView.as_view(), name="merge"),
            path("<int:pk>/anonymise/", AnonymiseView.as_view(), name="anonymise"),
        ]
        return [*super().get_urlpatterns(), *decorate_urlpatterns(patterns, says_that_nothing_was_saved)]
