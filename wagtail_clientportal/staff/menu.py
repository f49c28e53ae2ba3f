"""The "Client portal" group of the admin's menu: first what is read every day, then what is set up once."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from ..communications.models import CommunicationTemplate
from ..policies.models import PortalPolicy
from .appointment_types import AppointmentTypeViewSet
from .appointments import AppointmentRegister
from .arranging import ArrangingViewSet
from .booking_settings import BookingSettingsViewSet
from .client_chooser import CLIENT_CHOOSER
from .clients import ClientViewSet
from .clinicians import ClinicianViewSet
from .communications import CommunicationRegister
from .locations import LocationViewSet
from .messages import MessageRegister
from .portal_settings import PortalSettingsViewSet
from .statuses import StatusViewSet
from .time_off import TimeOffViewSet
from .timetabled_hours import TimetabledHoursViewSet

REGISTERS = [AppointmentRegister(), MessageRegister(), CommunicationRegister()]


class ClientPortalGroup(ViewSetGroup):
    menu_label = _("Client portal")
    menu_name = "client-portal"
    menu_icon = "calendar-check"
    menu_order = 200
    items = (
        ClientViewSet,
        ClinicianViewSet,
        TimetabledHoursViewSet,
        TimeOffViewSet,
        LocationViewSet,
        AppointmentTypeViewSet,
        StatusViewSet,
        PortalSettingsViewSet,
        BookingSettingsViewSet,
    )

    def get_submenu_items(self):
        # Registers and snippets register themselves elsewhere, and have their place in this menu.
        appointments, messages, communications = REGISTERS
        clients, *setup, portal_settings, booking_settings = self.registerables
        in_order = [
            appointments,
            clients,
            messages,
            communications,
            *setup,
            CommunicationTemplate.snippet_viewset,
            PortalPolicy.snippet_viewset,
            portal_settings,
            booking_settings,
        ]
        return [one.get_menu_item(order=order) for order, one in enumerate(in_order, start=1)]


def outside_the_menu() -> list:
    """Viewsets whose screens other screens lead to."""
    return [ArrangingViewSet(), CLIENT_CHOOSER]
