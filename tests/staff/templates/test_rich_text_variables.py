"""A chip is stored by its name; what names no variable, however it got there, is plain text."""

import json

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from wagtail_clientportal.communications.communication_template import BODY_FEATURES

CHIP = '<span data-variable="next_appt_link">Next appt. link</span>'


@pytest.fixture
def converter():
    return ContentstateConverter(BODY_FEATURES)


def there_and_back(converter, html):
    return converter.to_database_format(converter.from_database_format(html))


def written(converter, name, text, **more):
    """What the database gets when a browser posts a chip of this name with this text."""
    entity = {"type": "VARIABLE", "mutability": "IMMUTABLE", "data": {"name": name} | more}
    block = {
        "key": "a",
        "text": text,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [{"key": 0, "offset": 0, "length": len(text)}],
    }
    return converter.to_database_format(json.dumps({"blocks": [block], "entityMap": {"0": entity}}))


def test_a_chip_is_opened_as_one_immutable_thing(converter):
    state = json.loads(converter.from_database_format(f"<p>See {CHIP}.</p>"))
    [entity] = state["entityMap"].values()
    assert entity == {"type": "VARIABLE", "mutability": "IMMUTABLE", "data": {"name": "next_appt_link"}}
    [found] = state["blocks"][0]["entityRanges"]
    assert (found["offset"], found["length"]) == (4, len("Next appt. link"))


def test_a_chip_survives_being_opened_and_saved(converter):
    assert CHIP in there_and_back(converter, f"<p>See {CHIP}.</p>")


def test_a_bold_chip_stays_bold(converter):
    assert "<b>Next appt. link</b>" in there_and_back(converter, f"<p><b>See {CHIP}.</b></p>")


@pytest.mark.parametrize("name", ["sign_in_link", "clinic_name", "next_appt_url"])
def test_every_known_name_is_kept(converter, name):
    assert f'<span data-variable="{name}">' in written(converter, name, "Label")


@pytest.mark.parametrize("name", ["secret_key", "", None, 'next_appt_link" onclick="alert(1)', ["next_appt_link"], 7])
def test_an_unknown_or_forged_name_becomes_plain_text(converter, name):
    html = written(converter, name, "Pay here")
    assert "Pay here" in html
    assert "data-variable" not in html
    assert "onclick" not in html


def test_no_markup_comes_in_by_a_chip(converter):
    html = written(converter, "clinic_name", "<script>alert(1)</script>", onclick="alert(1)", style="x")
    assert "<script" not in html
    assert "onclick" not in html
    assert "style" not in html
    assert "&lt;script&gt;" in html


def test_an_unknown_chip_that_is_already_stored_becomes_plain_text_when_saved_again(converter):
    assert "data-variable" not in there_and_back(converter, '<p><span data-variable="gone">Gone</span></p>')
