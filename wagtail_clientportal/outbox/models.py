from .heartbeat import Heartbeat
from .outbound_message import OutboundMessage

__all__ = ["Heartbeat", "OutboundMessage"]
