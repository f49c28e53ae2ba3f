from .clearing import Clearing, ClearingLine

__all__ = ["Clearing", "ClearingLine"]
