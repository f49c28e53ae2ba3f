from .notification import Notification
from .preferences import NotificationPreferences
from .trouble import Trouble

__all__ = ["Notification", "NotificationPreferences", "Trouble"]
