from django.utils.translation import gettext as _

from ..backends.result import SendResult
from .base import Channel


class RemovedChannel(Channel):
    """Stands for a channel that rows of the database name and ``CHANNELS`` doesn't: nothing goes by it."""

    def __init__(self, key: str):
        """:param key: "" for that of a contact which no channel of the site takes."""
        self.key = self.noun = key
        self.plural = _("messages by “%(channel)s”") % {"channel": key} if key else _("messages to such a contact")

    @property
    def label(self):
        return self.key

    def is_set_up(self):
        return False

    def address_of(self, client):
        return ""

    def why_not(self, client, *, is_reminder):
        return _("This site sends nothing by “%(channel)s” any more.") % {"channel": self.key}

    def remindable(self, clients):
        return clients.none()

    def send(self, message, *, to, key):
        return SendResult(False, error_code=self.why_not(None, is_reminder=False), permanent=True)
