"""Texts by any of the gateways that apprise speaks to, each named by a URL: the setting ``SMS_GATEWAY_URL``."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import quote

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from django.utils.translation import gettext as _

from ....conf import settings
from ..result import SendResult
from .base import BaseSmsBackend

# Apprise waits 4 seconds for an answer. A gateway that is slower may have taken the text, and it would go out again.
ANSWER_WITHIN = 15  # seconds

# Answers of 4xx that don't judge the text: the clinic's password, its credit, or the moment is what is wrong.
MAY_PASS = {"401", "402", "403", "407", "408", "409", "421", "425", "429"}
# Twilio's own codes (twilio.com/docs/api/errors), which apprise gives in place of the HTTP status: not a number, the
# recipient has opted out, not a mobile.
NEVER = {"21211", "21610", "21614"}

_codes: ContextVar[list[str] | None] = ContextVar("codes", default=None)


class _Discreet(logging.Filter):
    """Lets nothing into any log while a text is sent, for it may hold the number, and notes the answer's code."""

    def filter(self, record: logging.LogRecord) -> bool:
        codes = _codes.get()
        if codes is None:
            return True
        codes += re.findall(r"\berror=(\d+)", record.getMessage())
        return False


for _name in ("apprise", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(_Discreet())


@contextmanager
def _discreetly() -> Iterator[list[str]]:
    codes: list[str] = []
    token = _codes.set(codes)
    try:
        yield codes
    finally:
        _codes.reset(token)


class SmsBackend(BaseSmsBackend):
    """Sends by the gateway in ``SMS_GATEWAY_URL``, where ``{to}`` and ``{key}`` stand for the number and the key."""

    def send(self, to, body):
        gateway = self.gateway(to)
        if gateway is None:
            return SendResult(
                False, error_code=_("The setting SMS_GATEWAY_URL is not a gateway's URL."), permanent=True
            )
        with _discreetly() as codes:
            if gateway.notify(body=body, body_format=NotifyFormat.TEXT):
                return SendResult(True)
        return _refused(codes[-1] if codes else "")

    def gateway(self, to: str) -> NotifyBase | None:
        """Return the gateway as it sends to this one number; ``None`` where the URL names none."""
        url = settings.SMS_GATEWAY_URL
        if "{to}" not in url:
            return None  # some gateways would then text the sender
        for name, value in (("{to}", to), ("{key}", self.key)):
            url = url.replace(name, quote(value, safe=""))
        with _discreetly():
            # A redirected POST becomes a GET without the text, and its answer would count as success.
            gateway = Apprise.instantiate(url, asset=AppriseAsset(http_redirects=False))
        if gateway is not None and "rto=" not in url:
            gateway.socket_read_timeout = ANSWER_WITHIN
        return gateway


def _refused(code: str) -> SendResult:
    """:param code: the HTTP status, or a code of the gateway's own; "" where there was no answer."""
    if not code:
        return SendResult(False, error_code=_("The gateway did not answer."))
    permanent = code in NEVER or (len(code) == 3 and code.startswith("4") and code not in MAY_PASS)
    return SendResult(
        False, error_code=_("The gateway refused the text (%(code)s).") % {"code": code}, permanent=permanent
    )
