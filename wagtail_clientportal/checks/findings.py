"""How a check says what it found: errors are what the portal can't work with, warnings what it works badly with."""

from django.core.checks import Error, Warning


def error(number: int, message: str, hint: str) -> Error:
    """:param hint: the lines to paste, or what else to do."""
    return Error(message, hint=hint, id=f"wagtail_clientportal.E{number:03}")


def warning(number: int, message: str, hint: str) -> Warning:
    """Parameters as for ``error``."""
    return Warning(message, hint=hint, id=f"wagtail_clientportal.W{number:03}")
