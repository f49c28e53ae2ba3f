"""How an email address, a mobile number, a postcode and a name are compared.

Pure text in, pure text out: what a person types and what the clinic stored meet in these keys.
"""

import unicodedata

import phonenumbers

# Read aloud or copied by hand, these are taken for each other; postcodes are compared as if they were the same.
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def email_key(email: str) -> str:
    """Return what two spellings of one email address have in common ("" for an empty one)."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def mobile_key(number: str, region: str) -> str:
    """Return *number* in E.164 ("+447700900123"), or "" where it is not a possible number.

    :param region: ISO 3166 code of the country whose national format is understood, e.g. "GB".
    """
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    # Too short for anything but a call within one town is no mobile.
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def postcode_key(postcode: str) -> str:
    """Return *postcode* without case, spaces or punctuation, and with 0 for O and 1 for I and L."""
    text = unicodedata.normalize("NFKC", postcode).upper()
    return "".join(character for character in text if character.isalnum()).translate(_LOOK_ALIKE)


def name_key(name: str) -> str:
    """Return *name* without case, accents, spaces or punctuation, so that "Zoë" and "ZOE" are one."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in text if character.isalnum())


def is_landline(number: str, region: str) -> bool:
    """Whether *number* is surely a landline, which no text reaches. Parameters as for ``mobile_key``."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(number, region)) == phonenumbers.PhoneNumberType.FIXED_LINE
    except phonenumbers.NumberParseException:
        return False


def may_be_texted(mobile: str, region: str, country_codes: tuple[int, ...] | None) -> bool:
    """Whether texts may go to this number.

    :param mobile: in E.164.
    :param region: ISO 3166 code of the clinic's own country.
    :param country_codes: calling codes that are allowed (44, 353); ``None`` for that of *region* alone.
    """
    allowed = country_codes or (phonenumbers.country_code_for_region(region),)
    try:
        return phonenumbers.parse(mobile).country_code in allowed
    except phonenumbers.NumberParseException:
        return False
