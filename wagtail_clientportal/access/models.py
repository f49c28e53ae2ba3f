from .calendar_feed import CalendarFeed
from .magic_link import MagicLink
from .portal_session import PortalSession
from .throttle import Throttle

__all__ = ["CalendarFeed", "MagicLink", "PortalSession", "Throttle"]
