"""How many messages a text costs. Pure text in, numbers out.

Source: 3GPP TS 23.038 (the GSM 7 bit default alphabet and its extension table, and UCS2), and TS 23.040 9.2.3.24.1 for
the six octets that each part of a longer text loses to the header that joins the parts.
"""

import unicodedata
from dataclasses import dataclass

GSM_7, UCS_2 = "GSM-7", "UCS-2"

# 3GPP TS 23.038, 6.2.1; without the escape itself, which no text holds.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# 6.2.1.1: each takes an escape before it.
_EXTENSION = frozenset("\f^{}\\[~]|€")

# Units in a text that is sent alone, and in each part of a longer one.
_ALONE = {GSM_7: 160, UCS_2: 70}
_IN_PARTS = {GSM_7: 153, UCS_2: 67}

_PLAIN = {
    "‘": "'",
    "’": "'",
    "‚": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "–": "-",
    "—": "-",
    "‑": "-",
    "−": "-",
    "•": "-",
    "…": "...",
    "\t": " ",
}


@dataclass(frozen=True)
class SmsSize:
    """What a text takes.

    ``units`` are septets in GSM-7 and 16-bit code units in UCS-2. ``segments`` is how many messages are paid for.
    ``culprits`` are the characters that GSM-7 lacks, each once, in the order of the text: they alone make it UCS-2.
    """

    encoding: str
    units: int
    segments: int
    culprits: tuple[str, ...] = ()


def size_of(text: str) -> SmsSize:
    """Return what *text* takes as an SMS, every variable in it filled in."""
    culprits = tuple(dict.fromkeys(character for character in text if character not in _BASIC | _EXTENSION))
    if culprits:
        encoding, widths = UCS_2, [2 if ord(character) > 0xFFFF else 1 for character in text]
    else:
        encoding, widths = GSM_7, [2 if character in _EXTENSION else 1 for character in text]
    return SmsSize(encoding, sum(widths), _segments(widths, encoding), culprits)


def plain_instead(character: str) -> str:
    """Return what GSM-7 has to say the same as *character*; "" where it has nothing."""
    if character in _PLAIN:
        return _PLAIN[character]
    # "ë" is "e" without its accent, and a space that doesn't break is a space
    letter = unicodedata.normalize("NFKD", character)[0]
    return letter if letter in _BASIC else ""


def in_plain(text: str) -> str:
    """Return *text* with every culprit replaced by ``plain_instead``."""
    return "".join(character if character in _BASIC | _EXTENSION else plain_instead(character) for character in text)


def _segments(widths: list[int], encoding: str) -> int:
    if sum(widths) <= _ALONE[encoding]:
        return 1
    segments, room = 0, 0
    for width in widths:
        if width > room:
            # A character of two units isn't torn apart: it begins the next part.
            segments, room = segments + 1, _IN_PARTS[encoding]
        room -= width
    return segments
