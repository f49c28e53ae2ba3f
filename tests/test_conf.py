"""Settings: each has a type that an editor knows, and a value that is read when it is used."""

from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from django.test import override_settings

from wagtail_clientportal.conf import DEFAULTS, Settings, settings

HINTS = get_type_hints(Settings)


def types_of(hint) -> tuple[type, ...]:
    return tuple(get_origin(one) or one for one in (get_args(hint) if isinstance(hint, UnionType) else (hint,)))


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_setting_has_a_type_that_its_default_is_of(name):
    assert type(DEFAULTS[name]) is bool if HINTS[name] is bool else isinstance(DEFAULTS[name], types_of(HINTS[name]))


def test_there_is_no_setting_without_a_type_and_a_default():
    assert HINTS.keys() == DEFAULTS.keys() == {name for name in dir(Settings) if name.isupper()}


def test_what_a_site_sets_counts_at_once_and_no_longer_than_it_is_set():
    with override_settings(WAGTAIL_CLIENTPORTAL={"TOKEN_LENGTH": 30}):
        assert settings.TOKEN_LENGTH == 30
        assert settings.SEND_CSP is True
    assert settings.TOKEN_LENGTH == DEFAULTS["TOKEN_LENGTH"] == 22


def test_a_misspelt_setting_is_an_error_to_read_and_to_write():
    with pytest.raises(AttributeError):
        settings.TOKEN_LENGHT  # noqa: B018
    with pytest.raises(AttributeError):
        settings.TOKEN_LENGTH = 30
