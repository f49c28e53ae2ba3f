"""The contract of an SMS backend: a class named by the setting ``SMS_BACKEND``, made anew for each message."""

from django.utils.module_loading import import_string

from ....conf import settings
from ..result import SendResult


class BaseSmsBackend:
    def send(self, to: str, body: str) -> SendResult:
        """Send *body* to the number *to* (E.164) and say how it went.

        Whatever the gateway does is said in the result. An exception counts as a failure that may pass.
        """
        raise NotImplementedError


def send(*, to: str, body: str) -> SendResult:
    """Send one text through the site's backend; nothing that a gateway does is raised."""
    try:
        return import_string(settings.SMS_BACKEND)().send(to, body)
    except Exception as error:
        # A gateway library may raise anything; its text may hold the number, so only its kind is kept.
        return SendResult(False, error_code=type(error).__name__)
