from .magic_link import MagicLink
from .portal_session import PortalSession

__all__ = ["MagicLink", "PortalSession"]
