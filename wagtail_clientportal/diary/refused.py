"""What every refusal is, and the two that the diary lock itself gives. The others stand in actions/refusals.py."""


class Refused(Exception):
    """An action was refused, and nothing was changed."""


class Busy(Refused):
    """Somebody else held the diary for longer than ``LOCK_TIMEOUT``. Asked again, it may work."""


class CannotSave(Refused):
    """The database can be read, and takes no changes for the moment."""
