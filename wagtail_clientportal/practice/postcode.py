"""What postcodes look like, by country; and when two of them say the same.

A short table, because a library of postcodes would bring the addresses of ninety countries with it for a question that
is only ever put to staff, who may answer "it is right as it is".
"""

import re

from .contact import postcode_key

# Without spaces and hyphens, in capitals. GB: BS 7666, whose last letters are never C, I, K, M, O or V; IE: Eircode.
_SHAPES = {
    "GB": r"GIR0AA|[A-PR-UWYZ]([0-9]{1,2}|[A-HK-Y][0-9][0-9A-Y]?|[0-9][A-HJKPSTUW])[0-9][ABD-HJLNP-UW-Z]{2}",
    "IE": r"([AC-FHKNPRTV-Y][0-9]{2}|D6W)[0-9AC-FHKNPRTV-Y]{4}",
    "US": r"[0-9]{5}([0-9]{4})?",
    "CA": r"[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][0-9][ABCEGHJ-NPRSTV-Z][0-9]",
    "AU": r"[0-9]{4}",
    "NZ": r"[0-9]{4}",
    "FR": r"[0-9]{5}",
    "DE": r"[0-9]{5}",
}


def has_shape_of(region: str, postcode: str) -> bool:
    """Whether *postcode* is written as those of a country are; true for a country whose aren't known here.

    :param region: ISO 3166 code, e.g. "GB".
    """
    shape = _SHAPES.get(region)
    return shape is None or bool(re.fullmatch(shape, re.sub(r"[\s-]", "", postcode).upper()))


def is_same_postcode(one: str, other: str, region: str) -> bool:
    """Whether two spellings are of one postcode. In the US one of them may lack the four digits after the ZIP code.

    :param region: ISO 3166 code of the clinic's own country.
    """
    key, other_key = postcode_key(one), postcode_key(other)
    if region == "US" and {len(key), len(other_key)} == {5, 9} and (key + other_key).isdigit():
        key, other_key = key[:5], other_key[:5]
    return key == other_key
