"""The contract of an SMS backend: a class named by the setting ``SMS_BACKEND``, made anew for each message."""

from ..result import SendResult


class BaseSmsBackend:
    #: Names the message, the same at each attempt: for gateways that take an idempotency key. "" where there is none.
    key = ""

    def send(self, to: str, body: str) -> SendResult:
        """Send *body* to the number *to* (E.164) and say how it went.

        Whatever the gateway does is said in the result. An exception counts as a failure that may pass.
        """
        raise NotImplementedError
