from ..result import SendResult
from .base import BaseSmsBackend

outbox: list[tuple[str, str]] = []


class SmsBackend(BaseSmsBackend):
    """Keeps each text in this module's ``outbox``, a list of (to, body). For tests."""

    def send(self, to, body):
        outbox.append((to, body))
        return SendResult(True)
