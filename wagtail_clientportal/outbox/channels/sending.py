from ..backends.result import SendResult
from ..rendered_message import RenderedMessage
from .base import Channel


def send(channel: Channel, message: RenderedMessage, *, to: str, key: str = "") -> SendResult:
    """Send *message* by *channel*; nothing that the channel, or a library of a service, does is raised.

    :param to: an address of the channel's own.
    :param key: the same at each attempt; "" for a message that is tried once.
    """
    try:
        return channel.send(message, to=to, key=key)
    except Exception as error:
        # A library may raise anything; its text may hold the address, so only its kind is kept.
        return SendResult(False, error_code=type(error).__name__)
