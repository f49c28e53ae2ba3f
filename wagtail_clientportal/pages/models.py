from .client_portal_page import ClientPortalPage
from .online_booking_page import OnlineBookingPage

__all__ = ["ClientPortalPage", "OnlineBookingPage"]
