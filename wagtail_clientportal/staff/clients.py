"""Clients: the people whom the clinic treats."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from ..practice.models import Client
from .client_access import PortalAccessView, RevokeLinksView, SendLinkView
from .client_anonymising import AnonymiseView
from .client_export import ExportView
from .client_form import ClientForm
from .client_header import ClientHeader
from .client_log import ClientLogView
from .client_record import ClientInspectView, LogsOpening
from .client_search import SEARCHED, found_by
from .client_view import record_url
from .local_time import day_and_time, site_zone
from .log_actions import may_read_client_log
from .safe_export import SafeExport
from .viewset import EditView, IndexView, PracticeViewSet, screen_name


class ClientIndexView(SafeExport, IndexView):
    export_filename = "clients"
    exported = _("Client list")

    def search_queryset(self, queryset):
        return queryset.filter(found_by(self.search_query)) if self.is_searching else queryset

    def get_header_more_buttons(self):
        buttons = list(super().get_header_more_buttons())
        if may_read_client_log(self.request.user):
            url = reverse("clientportal_client:log")
            buttons.append(Button(_("Who opened which record"), url=url, icon_name="history", priority=110))
        return sorted(buttons)

    def _get_title_column(self, field_name, *args, **kwargs):
        column = super()._get_title_column(field_name, *args, **kwargs)
        column.label, column.sort_key = _("Name"), "last_name"
        column.classname = "w-whitespace-nowrap"  # else a small screen breaks names in the middle of a word
        return column

    def get_list_buttons(self, instance):
        # The label for screen readers would say "Client #12".
        buttons = super().get_list_buttons(instance)
        for button in buttons:
            button.attrs["aria-label"] = _("More options for “%(name)s”") % {"name": screen_name(instance)}
        return buttons


class ClientEditView(LogsOpening, ClientHeader, EditView):
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
    edit_view_class = ClientEditView
    inspect_view_class = ClientInspectView
    inspect_template_name = ClientInspectView.template_name
    edit_template_name = "wagtail_clientportal/staff/client/edit.html"
    list_display = [
        "full_name",
        Column("date_of_birth", label=_("Date of birth"), sort_key="date_of_birth"),
        Column("mobile", label=_("Mobile")),
        Column("email", label=_("Email")),
        Column("postcode", label=_("Postcode")),
        BooleanColumn("is_active", label=_("Active")),
        BooleanColumn("portal_access", label=_("Portal access")),
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
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")])],
                heading=_("Name"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("email"), FieldPanel("mobile")]),
                    FieldRowPanel([FieldPanel("email_opt_in"), FieldPanel("sms_opt_in")]),
                ],
                heading=_("How we reach them"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("date_of_birth"), FieldPanel("postcode")])],
                heading=_("How they prove who they are"),
                help_text=_("The portal asks for both. Without them this person can't sign in."),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("is_active"),
                    FieldRowPanel([FieldPanel("portal_access"), FieldPanel("portal_access_reason")]),
                    FieldPanel("external_ref"),
                ],
                heading=_("Record"),
            ),
        ],
        base_form_class=ClientForm,
    )
    inspect_view_fields = [
        "first_name",
        "last_name",
        "date_of_birth",
        "postcode",
        "email",
        "mobile",
        "email_opt_in",
        "sms_opt_in",
        "is_active",
        "portal_access",
        "portal_access_reason",
        "external_ref",
    ]

    def get_permissions_to_register(self):
        log = Permission.objects.filter(content_type__app_label="wagtail_clientportal", codename="read_client_log")
        return super().get_permissions_to_register() | log

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("log/", ClientLogView.as_view(), name="log"),
            path("log/results/", ClientLogView.as_view(results_only=True), name="log_results"),
            path("<int:pk>/send-link/", SendLinkView.as_view(), name="send_link"),
            path("<int:pk>/end-links/", RevokeLinksView.as_view(), name="revoke_links"),
            path("<int:pk>/portal-access/", PortalAccessView.as_view(), name="portal_access"),
            path("<int:pk>/export/", ExportView.as_view(), name="export"),
            path("<int:pk>/anonymise/", AnonymiseView.as_view(), name="anonymise"),
        ]
