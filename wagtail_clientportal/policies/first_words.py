"""The words that a new clinic finds in its settings and its policy, as rich text in the active language."""

from django.utils.translation import gettext as _


def portal_off() -> str:
    return _rich_text(_("Our online appointment service is closed at the moment."))


def booking_off() -> str:
    return _rich_text(_("New appointments can’t be booked online at the moment."))


def cancellation_policy() -> str:
    return _rich_text(
        _("Please give us at least 24 hours’ notice, so that we can offer your time to somebody else."),
        _("If you need to cancel later than that, please call us: we will always try to help."),
    )


def _rich_text(*paragraphs: str) -> str:
    return "".join(f"<p>{words}</p>" for words in paragraphs)
