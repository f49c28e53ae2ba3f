import sys

from ..result import SendResult
from .base import BaseSmsBackend


class SmsBackend(BaseSmsBackend):
    """Writes each text to standard output. For development."""

    def send(self, to, body):
        sys.stdout.write(f"SMS to {to}\n{body}\n{'-' * 60}\n")
        sys.stdout.flush()
        return SendResult(True)
