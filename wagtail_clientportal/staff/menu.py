"""The admin's menu: the diary and the bell, and the "Client portal" group with all the rest.

In the group comes first what is read every day, then what is set up once.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from ..communications.models import CommunicationTemplate
from ..policies.models import PortalPolicy
from .appointments.register import AppointmentRegister
from .appointments.viewset import AppointmentActionsViewSet
from .clearing.viewset import ClearingViewSet
from .clients.chooser import CLIENT_CHOOSER
from .clients.viewset import ClientViewSet
from .common.waiting import count_label
from .desk.diary.viewset import DIARY_VIEWS
from .imports.viewset import ImportViewSet
from .messages.communications import CommunicationRegister, failed_communications
from .messages.register import MessageRegister, unhandled_messages
from .notifications.viewset import NOTIFICATIONS, unread_notifications
from .payments.refunds import RefundRegister, refunds_to_decide
from .payments.register import PaymentRegister
from .second_factor.installed import second_factor_viewset
from .setup.absence_reasons import AbsenceReasonViewSet
from .setup.appointment_types import AppointmentTypeViewSet
from .setup.booking_settings import BookingSettingsViewSet
from .setup.calendars import CalendarsViewSet
from .setup.clinicians import ClinicianViewSet
from .setup.locations import LocationViewSet
from .setup.portal_settings import PortalSettingsViewSet
from .setup.statuses import StatusViewSet
from .setup.time_off import TimeOffViewSet
from .setup.time_off_requests import TimeOffRequestViewSet, requests_menu_item, waiting_requests
from .setup.timetabled_hours import TimetabledHoursViewSet

APPOINTMENTS, MESSAGES, COMMUNICATIONS = AppointmentRegister(), MessageRegister(), CommunicationRegister()
PAYMENTS, REFUNDS = PaymentRegister(), RefundRegister()
REGISTERS = APPOINTMENTS, MESSAGES, COMMUNICATIONS, PAYMENTS, REFUNDS


class CountingMenuItem(MenuItem):
    """Another menu item, with the number of things that wait behind it."""

    def __init__(self, item: MenuItem, count):
        """:param count: function from a user to a number, as ``capped_count`` returns it."""
        super().__init__(item.label, item.url, item.name, icon_name=item.icon_name, order=item.order)
        self.item, self.count = item, count

    def is_shown(self, request):
        return self.item.is_shown(request)

    def render_component(self, request):
        component = self.item.render_component(request)
        if waiting := self.count(request.user):
            component.label = _("%(what)s (%(number)s)") % {"what": component.label, "number": count_label(waiting)}
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
        AbsenceReasonViewSet,
    )


class SetupGroup(ViewSetGroup):
    menu_label = _("Settings")
    menu_name = "client-portal-settings"
    menu_icon = "cog"
    add_to_admin_menu = False
    items = (PortalSettingsViewSet, BookingSettingsViewSet)

    def get_submenu_items(self):
        # Snippets register themselves elsewhere, and have their place in this menu.
        in_order = [*self.registerables, PortalPolicy.snippet_viewset, CommunicationTemplate.snippet_viewset]
        if second_factors := second_factor_viewset():
            in_order.append(second_factors)
        return [one.get_menu_item(order=order) for order, one in enumerate(in_order, start=1)]


class ClientPortalGroup(ViewSetGroup):
    menu_label = _("Client portal")
    menu_name = "client-portal"
    menu_icon = "calendar-check"
    menu_order = 200
    items = (ClientViewSet, ClearingViewSet, PeopleAndPlaces, ImportViewSet, SetupGroup, TimeOffRequestViewSet)

    def get_submenu_items(self):
        clients, clearing, people_and_places, imports, setup, own_hours = self.registerables
        # Registers register themselves elsewhere, and have their place in this menu.
        in_order = [
            (APPOINTMENTS, None),
            (clients, None),
            (clearing, None),
            (MESSAGES, unhandled_messages),
            (COMMUNICATIONS, failed_communications),
            (PAYMENTS, None),
            (REFUNDS, refunds_to_decide),
            (own_hours, None),
            (people_and_places, None),
            (imports, None),
            (setup, None),
        ]
        items = [self._item(one, count, order) for order, (one, count) in enumerate(in_order, start=1)]
        return [*items, CountingMenuItem(requests_menu_item(order=len(items)), waiting_requests)]

    @staticmethod
    def _item(one, count, order: int) -> MenuItem:
        item = one.get_menu_item(order=order)
        return CountingMenuItem(item, count) if count else item


def diary_menu_item() -> MenuItem:
    """Wagtail's ``register_admin_menu_item`` hook: on every page, in no menu that has to be opened."""
    return DIARY_VIEWS.get_menu_item(order=ClientPortalGroup.menu_order - 2)


def bell_menu_item() -> MenuItem:
    """Likewise, with the number of what its reader hasn't read."""
    return CountingMenuItem(NOTIFICATIONS.get_menu_item(order=ClientPortalGroup.menu_order - 1), unread_notifications)


def outside_the_menu() -> list:
    """Viewsets whose screens other screens lead to."""
    second_factors = second_factor_viewset()
    found = [DIARY_VIEWS, AppointmentActionsViewSet(), CalendarsViewSet(), CLIENT_CHOOSER]
    return [*found, second_factors] if second_factors else found
