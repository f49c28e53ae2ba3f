from .notification import Notification
from .preferences import NotificationPreferences

__all__ = ["Notification", "NotificationPreferences"]
