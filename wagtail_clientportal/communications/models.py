from .communication_template import CommunicationTemplate

__all__ = ["CommunicationTemplate"]
