"""Clients: the people whom the clinic treats."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets.button import Button

from ..diary.models import Appointment, ClientMessage
from ..practice.models import Client
from .viewset import EditView, IndexView, InspectView, PracticeViewSet, may, may_see, screen_name


class ClientIndexView(IndexView):
    def _get_title_column(self, field_name, *args, **kwargs):
        column = super()._get_title_column(field_name, *args, **kwargs)
        column.label, column.sort_key = _("Name"), "last_name"
        return column

    def get_list_buttons(self, instance):
        # The label for screen readers would say "Client #12".
        buttons = super().get_list_buttons(instance)
        for button in buttons:
            button.attrs["aria-label"] = _("More options for “%(name)s”") % {"name": screen_name(instance)}
        return buttons


class LinksToRegisters:
    """Adds what the clinic has of this client, and a new appointment, to the header's menu."""

    def get_header_more_buttons(self):
        buttons = list(super().get_header_more_buttons())
        if self.object.is_active and may(self.request.user, "add", Appointment):
            url = f"{reverse('clientportal_appointment:new')}?client={self.object.pk}"
            buttons.append(Button(_("New appointment"), url=url, icon_name="plus", priority=35))
        for model, label, icon in (
            (Appointment, _("Appointments"), "calendar-alt"),
            (ClientMessage, _("Messages"), "comment"),
        ):
            if may_see(self.request.user, model):
                register = reverse(f"wagtail_clientportal_{model._meta.model_name}_modeladmin_index")
                url = f"{register}?client__id__exact={self.object.pk}"
                buttons.append(Button(label, url=url, icon_name=icon, priority=40))
        return sorted(buttons)


class ClientEditView(LinksToRegisters, EditView):
    pass


class ClientInspectView(LinksToRegisters, InspectView):
    pass


class ClientViewSet(PracticeViewSet):
    model = Client
    name = "clients"
    icon = "group"
    menu_label = _("Clients")
    index_view_class = ClientIndexView
    edit_view_class = ClientEditView
    inspect_view_class = ClientInspectView
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
    search_fields = ["first_name", "last_name", "email", "mobile", "mobile_key", "postcode", "external_ref"]
    instead = _("Untick “Active” instead: the portal then no longer knows this person, and the history stays.")
    panels = [
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
            [FieldRowPanel([FieldPanel("is_active"), FieldPanel("portal_access")]), FieldPanel("external_ref")],
            heading=_("Record"),
        ),
    ]
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
        "external_ref",
    ]
