import uuid
from datetime import UTC, datetime
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from ....conf import settings
from ..result import SendResult
from .base import BaseSmsBackend


class SmsBackend(BaseSmsBackend):
    """Writes each text to a file of its own in the folder ``SMS_FILE_PATH``. For development and demos."""

    def send(self, to, body):
        if not settings.SMS_FILE_PATH:
            raise ImproperlyConfigured('The file SMS backend needs WAGTAIL_CLIENTPORTAL["SMS_FILE_PATH"], a folder.')
        folder = Path(settings.SMS_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}.txt"
        (folder / name).write_text(f"To: {to}\n\n{body}\n", encoding="utf-8")
        return SendResult(True)
