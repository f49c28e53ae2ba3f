from .magic_link import MagicLink
from .portal_session import PortalSession
from .throttle import Throttle

__all__ = ["MagicLink", "PortalSession", "Throttle"]
