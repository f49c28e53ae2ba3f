"""What goes out into a spreadsheet is no formula.

What somebody typed into a name is opened later by a program that would run it. OWASP, "CSV Injection": a cell that
begins with one of these characters gets an apostrophe in front.
"""

import re

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Control characters, which XML has no way to write: with one of them there would be no file at all.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def neutral(value):
    """Return *value* so that no spreadsheet takes it for a formula; what isn't text is returned as it is."""
    if isinstance(value, str):
        value = _NOT_IN_XML.sub("", value)
    if isinstance(value, str) and value.lstrip(" \xa0").startswith(_BEGINS_A_FORMULA):
        return f"'{value}"
    return value
