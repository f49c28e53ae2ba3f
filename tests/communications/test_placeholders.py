"""An editor's text is never compiled: what is no permitted variable is refused in a sentence, the rest is filled in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_clientportal.communications.permitted_variables import mistakes
from wagtail_clientportal.communications.placeholders import (
    UnknownVariable,
    fill_html,
    fill_text,
    mistakes_in_html,
    mistakes_in_text,
    names_in_html,
    nearest,
)

LABELS = {"next_appt_link": "Next appt. link", "next_appt_url": "Next appt. URL", "clinic_name": "Clinic name"}
VALUES = {"clinic_name": "Hale & <b>Sons</b>", "next_appt_url": "https://c.example/p/x/", "change_by": ""}


def value(name):
    if name not in VALUES:
        raise UnknownVariable(name)
    return VALUES[name]


def chip(name, label="Label"):
    return f'<span data-variable="{name}">{label}</span>'


@pytest.mark.parametrize("spelling", ["{{ clinic_name }}", "{{clinic_name}}", "{% clinic_name %}", "{%clinic_name%}"])
def test_both_spellings_work_alike(spelling):
    assert mistakes_in_text(f"From {spelling}.", LABELS) == []
    assert fill_text(f"From {spelling}.", value) == "From Hale & <b>Sons</b>."
    assert fill_html(f"<p>From {spelling}.</p>", value) == "<p>From Hale &amp; &lt;b&gt;Sons&lt;/b&gt;.</p>"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{{ next_apt_url }}", "next_appt_url"),
        ("{% next_appt_links %}", "next_appt_link"),
        ("{{ Clinic_Name }}", "clinic_name"),
        ("{{ cilnic }}", "clinic_name"),
    ],
)
def test_an_unknown_name_is_refused_with_the_word_and_the_nearest_name(written, meant):
    [sentence] = mistakes_in_text(f"Hello {written}", LABELS)
    assert written in sentence
    assert f"{{{{ {meant} }}}}" in sentence


@pytest.mark.parametrize(
    "written",
    [
        "{% if clinic_name %}",
        "{{ clinic_name|upper }}",
        "{{ clinic_name.__class__ }}",
        "{# a comment #}",
        "{{ clinic_name",
        "clinic_name }}",
        "{% load x",
        "{{ }}",
        "{{ clinic_name\n}}",
    ],
)
def test_any_other_template_syntax_is_refused(written):
    assert mistakes_in_text(written, LABELS)
    assert mistakes_in_html(f"<p>{written}</p>", LABELS)


@pytest.mark.parametrize("text", ["", "a { b } c", "100 % sure", "# 1", "See you at 9:00"])
def test_ordinary_text_is_left_alone(text):
    assert mistakes_in_text(text, LABELS) == []
    assert mistakes_in_html(f"<p>{text}</p>", LABELS) == []


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{chip('secret_key')}</p>",
        chip("next_apt_url"),
        "<p>{{ clinic_<b>name</b> }}</p>",
        "<p>{{<br/>clinic_name }}</p>",
        '<p><a href="https://x.example/{{ clinic_name }}">x</a></p>',
        "<ul><li>{{ wrong }}</li></ul>",
    ],
)
def test_rich_text_hides_nothing(html):
    assert mistakes_in_html(html, LABELS)


ADDRESSES = {"next_appt_link", "next_appt_url"}


@pytest.mark.parametrize(
    "text",
    [
        "see{{ next_appt_url }}now",
        "See:{{ next_appt_url }}",
        "{{ next_appt_url }}now",
        "https://x.example/{{ next_appt_url }}",
        "{{ next_appt_url }}?from=email",
        "{{ next_appt_url }}/cancel",
        "{{ clinic_name }}{{ next_appt_url }}",
        "{{ next_appt_url }}{{ next_appt_url }}",
    ],
)
def test_an_address_that_touches_other_text_is_refused_with_the_word_it_makes(text):
    sentences = mistakes_in_text(f"Hello\n{text} and more", LABELS, ADDRESSES)
    assert sentences and f"In “{text}” the link would be broken." in sentences[0]
    assert mistakes_in_html(f"<p>Hello<br/>{text} and more</p>", LABELS, ADDRESSES) == sentences


@pytest.mark.parametrize(
    "text",
    [
        "{{ next_appt_url }}",
        "See {{ next_appt_url }} now",
        "See:\n{{ next_appt_url }}\nnow",
        "See {{ next_appt_url }}.",
        "(see {{ next_appt_url }}), or call",
        "“{{ next_appt_url }}”",
        "Here:\xa0{{ next_appt_url }}\xa0!",
    ],
)
def test_an_address_that_stands_apart_is_taken(text):
    assert mistakes_in_text(text, LABELS, ADDRESSES) == []
    html = text.replace("\n", "<br/>")
    assert mistakes_in_html(f"<p>{html}</p><ul><li>{html}</li><li>Next</li></ul>", LABELS, ADDRESSES) == []


def test_what_is_no_address_may_touch_anything():
    assert mistakes_in_text("The{{ clinic_name }}s", LABELS, ADDRESSES) == []


@pytest.mark.parametrize("name", ["next_appt_url", "next_appt_link"])
def test_a_chip_touches_its_neighbours_as_a_name_does(name):
    assert mistakes_in_html(f"<p>see{chip(name)}</p>", LABELS, ADDRESSES)
    assert mistakes_in_html(f"<p>{chip(name)}<b>now</b></p>", LABELS, ADDRESSES)
    assert mistakes_in_html(f"<p>{chip(name)}</p><p>now <b>{chip(name)}</b>.</p>", LABELS, ADDRESSES) == []
    nested = f"<ul><li>{chip(name)}<ul><li>one</li></ul></li><li>two<ul><li>three</li></ul></li></ul>"
    assert mistakes_in_html(nested, LABELS, ADDRESSES) == []


def test_a_link_whose_words_come_first_may_touch_a_colon():
    links = {"next_appt_link"}
    for text in (f"See:{chip('next_appt_link')}", "See:{{ next_appt_link }}"):
        assert mistakes_in_html(f"<p>{text}</p>", LABELS, ADDRESSES, links) == []
    assert mistakes_in_html(f"<p>See:{chip('next_appt_url')}</p>", LABELS, ADDRESSES, links)
    assert mistakes_in_html(f"<p>See:{chip('next_appt_link')}now</p>", LABELS, ADDRESSES, links)
    assert mistakes("booked", "email", subject="Yours", body=f"<p>See:{chip('next_appt_link')}</p>") == {}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java&#10;script:alert(1)",
        "javascript&colon;alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,hello",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "http://[",
        "",
    ],
)
def test_a_link_that_no_mail_program_should_open_is_refused(address):
    [sentence] = mistakes_in_html(f'<p>See <a href="{address}">our page</a></p>', LABELS, ADDRESSES)
    assert "can’t be opened" in sentence and "https://" in sentence


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://clinic.example/?a=1#b">x</a>',
        '<a href="mailto:desk@clinic.example">x</a>',
        '<a href="tel:+442079460999">x</a>',
        '<a href="/about/">x</a>',
        '<a id="3" linktype="page">x</a>',
    ],
)
def test_a_link_that_can_be_opened_is_taken(link):
    assert mistakes_in_html(f"<p>{link}</p>", LABELS, ADDRESSES) == []


def test_a_link_without_any_address_is_named_by_its_words():
    [sentence] = mistakes_in_html("<p>See <a>our page</a></p>", LABELS, ADDRESSES)
    assert "The link “our page” can’t be opened." in sentence


def test_a_variable_in_a_links_address_is_refused_once_and_said_to_belong_into_the_text():
    html = '<p><a href="https://x.example/{{ next_appt_url }}">x</a></p>'
    [sentence] = mistakes_in_html(html, LABELS, ADDRESSES)
    assert "take “{{ next_appt_url }}” out of “https://x.example/{{ next_appt_url }}”" in sentence


def test_names_are_found_however_they_are_spelt():
    html = f"<p>{chip('clinic_name')} {{{{ next_appt_url }}}} {{% next_appt_link %}}</p>"
    assert names_in_html(html) == {"clinic_name", "next_appt_url", "next_appt_link"}


def test_a_link_can_stand_in_neither_a_text_message_nor_a_subject():
    found = mistakes("booked", "sms", subject="", body="Here: {{ next_appt_link }}")
    assert "{{ next_appt_link }}" in found["body"][0]
    assert "{{ next_appt_url }}" in found["body"][0]
    found = mistakes("booked", "email", subject="{{ next_appt_link }}", body=f"<p>{chip('next_appt_link')}</p>")
    assert list(found) == ["subject"]


def test_the_label_typed_as_a_name_is_understood():
    assert nearest("Next appt. link", LABELS) == "next_appt_link"


def test_a_chip_is_filled_by_its_name_and_keeps_its_style():
    assert fill_html(f"<p>See {chip('next_appt_url', '<b>Old</b> label')}!</p>", value) == (
        "<p>See <b>https://c.example/p/x/</b>!</p>"
    )
    assert fill_html(f"<p><b>See {chip('next_appt_url')}</b></p>", value) == "<p><b>See https://c.example/p/x/</b></p>"
    assert fill_html(f"<p>See {chip('next_appt_url', '')}</p>", value) == "<p>See https://c.example/p/x/</p>"


def test_a_value_is_not_searched_for_variables():
    answer = {"clinic_name": "{{ next_appt_url }}"}.__getitem__
    assert fill_text("{{ clinic_name }}", answer) == "{{ next_appt_url }}"
    assert fill_html("<p>{{ clinic_name }}</p>", answer) == "<p>{{ next_appt_url }}</p>"


def test_what_has_no_value_takes_its_line_along():
    assert fill_text("Hello\nUntil {{ change_by }}.\nBye", value) == "Hello\nBye"
    assert fill_html(f"<p>Hello</p><p>Until {chip('change_by')}.</p>", value) == "<p>Hello</p>"
    assert fill_text("{{ clinic_name }}{{ change_by }}", value) == "Hale & <b>Sons</b>"


def test_an_unknown_name_is_never_sent():
    with pytest.raises(UnknownVariable):
        fill_text("{{ secret }}", value)
    with pytest.raises(UnknownVariable):
        fill_html(f"<p>{chip('secret')}</p>", value)


@given(st.text(alphabet="{}%# \nab_|", max_size=20))
def test_what_is_not_refused_can_be_filled(text):
    if not mistakes_in_text(text, {"a": "A", "b": "B"}):
        fill_text(text, {"a": "1", "b": "2"}.__getitem__)
