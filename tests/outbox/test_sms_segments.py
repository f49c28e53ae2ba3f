"""How many messages a text costs, by the rules of 3GPP TS 23.038."""

import pytest

from wagtail_clientportal.outbox.backends.sms.segments import SmsSize, in_plain, plain_instead, size_of


@pytest.mark.parametrize(
    ("length", "segments"), [(1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4), (1530, 10)]
)
def test_plain_letters_fit_160_alone_and_153_in_each_of_several(length, segments):
    assert size_of("a" * length) == SmsSize("GSM-7", length, segments)


@pytest.mark.parametrize(("length", "segments"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_other_letters_fit_70_alone_and_67_in_each_of_several(length, segments):
    assert size_of("ł" * length) == SmsSize("UCS-2", length, segments, ("ł",))


def test_the_basic_alphabet_takes_one_unit_each():
    alphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà"
    assert size_of(alphabet) == SmsSize("GSM-7", len(alphabet), 1)


@pytest.mark.parametrize("character", "^{}\\[~]|€\f")
def test_the_extension_takes_two_units_each(character):
    assert size_of(character) == SmsSize("GSM-7", 2, 1)


def test_an_escape_and_its_character_stay_in_one_part():
    # 152 units are taken: the two of "€" don't fit into what is left of 153, and begin the second part.
    assert size_of("a" * 152 + "€" + "a" * 151).segments == 2
    assert size_of("a" * 152 + "€" + "a" * 152).segments == 3
    # By the units alone two parts would hold it.
    assert size_of("a" * 152 + "€" + "a" * 152).units == 306


def test_two_halves_of_an_emoji_stay_in_one_part():
    assert size_of("😀" * 35) == SmsSize("UCS-2", 70, 1, ("😀",))
    # 33 emoji are 66 units; a 34th would be torn at 67.
    assert size_of("😀" * 66).segments == 2
    assert size_of("😀" * 67) == SmsSize("UCS-2", 134, 3, ("😀",))


def test_every_character_that_forces_ucs_2_is_named_once_in_order():
    assert size_of("“Don’t” – don’t").culprits == ("“", "’", "”", "–")


def test_a_capital_c_with_cedilla_is_cheap_and_a_small_one_is_not():
    assert size_of("Ç").encoding == "GSM-7"
    assert size_of("ç").culprits == ("ç",)


def test_nothing_is_still_one_message():
    assert size_of("") == SmsSize("GSM-7", 0, 1)


@pytest.mark.parametrize(
    ("character", "plain"), [("’", "'"), ("“", '"'), ("–", "-"), ("…", "..."), ("\xa0", " "), ("ë", "e"), ("😀", "")]
)
def test_what_to_write_instead(character, plain):
    assert plain_instead(character) == plain


def test_a_text_in_plain_keeps_what_is_cheap():
    assert in_plain("Don’t pay €5 – à bientôt 😀") == "Don't pay €5 - à bientot "
    assert size_of(in_plain("“ł…")).culprits == ()
