"""The clinic's own colour: can it be read, and what becomes of it in the dark?"""

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

OUR_OWN = "#0b5a5c"
OUR_OWN_IN_THE_DARK = "#7fd0c9"
# The portal's ground, the least bright of what the colour is read on: clientportal.css and email.css have it.
GROUND = "#f2f5f4"
# WCAG 2.2, 1.4.3: letters against what is behind them.
LEAST_CONTRAST = 4.5
# So much white in it keeps even black readable on the dark ground.
_WHITE_IN_THE_DARK = 0.62


def check_accent(colour: str) -> None:
    """Refuse a colour, written like "#0b5a5c", that can't be read on the portal's ground.

    White letters on it have a little more contrast than it has on the ground.

    :raises ValidationError: with the contrast that was measured.
    """
    measured = contrast(colour, GROUND)
    if measured < LEAST_CONTRAST:
        raise ValidationError(
            _(
                "%(colour)s is too light to be read: its contrast with the page is %(measured)s to 1, and has to be "
                "%(least)s to 1 at least. Choose a darker colour."
            ),
            # Rounded down, so that what is refused never looks as if it were enough.
            params={
                "colour": colour,
                "measured": number_format(int(measured * 10) / 10, 1),
                "least": number_format(LEAST_CONTRAST, 1),
            },
        )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it, from 1 (the same) to 21 (black and white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def in_the_dark(colour: str) -> str:
    """Return *colour* made light enough for a dark ground. (In browsers the style sheet does the like by itself.)"""
    mixed = (round(one + (255 - one) * _WHITE_IN_THE_DARK) for one in _channels(colour))
    return "#" + "".join(f"{one:02x}" for one in mixed)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(one / 255) for one in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> bytes:
    """Return red, green and blue, each from 0 to 255."""
    return bytes.fromhex(colour.removeprefix("#"))
