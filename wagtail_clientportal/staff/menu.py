"""The "Client portal" group of the admin's menu: first what is read every day, then what is set up once."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from ..communications.models import CommunicationTemplate
from ..policies.models import PortalPolicy
from .appointment_types import AppointmentTypeViewSet
from .appointments import AppointmentRegister
from .arranging_viewset import ArrangingViewSet
from .booking_settings import BookingSettingsViewSet
from .client_chooser import CLIENT_CHOOSER
from .clients import ClientViewSet
from .clinicians import ClinicianViewSet
from .communications import CommunicationRegister, failed_communications
from .locations import LocationViewSet
from .messages import MessageRegister, unhandled_messages
from .notifications import NOTIFICATIONS, unread_notifications
from .portal_settings import PortalSettingsViewSet
from .statuses import StatusViewSet
from .time_off import TimeOffViewSet
from .timetabled_hours import TimetabledHoursViewSet

REGISTERS = APPOINTMENTS, MESSAGES, COMMUNICATIONS = AppointmentRegister(), MessageRegister(), CommunicationRegister()


class CountingMenuItem(MenuItem):
    """Another menu item, with the number of things that wait behind it."""

    def __init__(self, item: MenuItem, count):
        """:param count: function from a user to a number."""
        super().__init__(item.label, item.url, item.name, icon_name=item.icon_name, order=item.order)
        self.item, self.count = item, count

    def is_shown(self, request):
        return self.item.is_shown(request)

    def render_component(self, request):
        component = self.item.render_component(request)
        if waiting := self.count(request.user):
            component.label = _("%(what)s (%(number)d)") % {"what": component.label, "number": waiting}
        return component


class PeopleAndPlaces(ViewSetGroup):
    menu_label = _("People and places")
    menu_name = "client-portal-people-and-places"
    menu_icon = "group"
    add_to_admin_menu = False
    items = (
        ClinicianViewSet,
        TimetabledHoursViewSet,
        TimeOffViewSet,
        LocationViewSet,
        AppointmentTypeViewSet,
        StatusViewSet,
    )


class Settings(ViewSetGroup):
    menu_label = _("Settings")
    menu_name = "client-portal-settings"
    menu_icon = "cog"
    add_to_admin_menu = False
    items = (PortalSettingsViewSet, BookingSettingsViewSet)

    def get_submenu_items(self):
        # Snippets register themselves elsewhere, and have their place in this menu.
        in_order = [*self.registerables, PortalPolicy.snippet_viewset, CommunicationTemplate.snippet_viewset]
        return [one.get_menu_item(order=order) for order, one in enumerate(in_order, start=1)]


class ClientPortalGroup(ViewSetGroup):
    menu_label = _("Client portal")
    menu_name = "client-portal"
    menu_icon = "calendar-check"
    menu_order = 200
    items = (ClientViewSet, PeopleAndPlaces, Settings)

    def get_submenu_items(self):
        clients, people_and_places, settings = self.registerables
        # Registers register themselves elsewhere, and have their place in this menu.
        in_order = [
            (APPOINTMENTS, None),
            (clients, None),
            (MESSAGES, unhandled_messages),
            (NOTIFICATIONS, unread_notifications),
            (COMMUNICATIONS, failed_communications),
            (people_and_places, None),
            (settings, None),
        ]
        return [self._item(one, count, order) for order, (one, count) in enumerate(in_order, start=1)]

    @staticmethod
    def _item(one, count, order: int) -> MenuItem:
        item = one.get_menu_item(order=order)
        return CountingMenuItem(item, count) if count else item


def outside_the_menu() -> list:
    """Viewsets whose screens other screens lead to."""
    return [ArrangingViewSet(), CLIENT_CHOOSER]
