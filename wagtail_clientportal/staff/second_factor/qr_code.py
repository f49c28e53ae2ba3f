"""A QR code, made here: no other service learns the key."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(text: str) -> SafeString:
    """Return an SVG element that shows *text*, black on white."""
    # Attributes and a path of numbers, all written by segno: nothing of the text is in it.
    return mark_safe(segno.make(text, micro=False).svg_inline(scale=5, border=4, light="#fff"))  # noqa: S308
