"""The contract of an SMS backend: a class named by the setting ``SMS_BACKEND``, made anew for each message."""

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from ....conf import settings
from ..result import SendResult


class BaseSmsBackend:
    #: Names the message, the same at each attempt: for gateways that take an idempotency key. "" where there is none.
    key = ""

    def send(self, to: str, body: str) -> SendResult:
        """Send *body* to the number *to* (E.164) and say how it went.

        Whatever the gateway does is said in the result. An exception counts as a failure that may pass.
        """
        raise NotImplementedError


def is_set_up() -> bool:
    """Whether this site sends texts at all."""
    return bool(settings.SMS_BACKEND)


def send(*, to: str, body: str, key: str = "") -> SendResult:
    """Send one text through the site's backend; nothing that a gateway does is raised.

    :param to: number in E.164.
    :param key: the message's dedupe key.
    """
    if not is_set_up():
        return SendResult(
            False, error_code=_("This site has no gateway for texts (the setting SMS_BACKEND)."), permanent=True
        )
    try:
        backend = import_string(settings.SMS_BACKEND)()
        backend.key = key
        return backend.send(to, body)
    except Exception as error:
        # A gateway library may raise anything; its text may hold the number, so only its kind is kept.
        return SendResult(False, error_code=type(error).__name__)
