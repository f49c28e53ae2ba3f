import pytest

from wagtail_clientportal.communications.plain_text import plain_text


def test_headings_paragraphs_and_line_breaks_stay_readable():
    html = (
        "<html><head><title>No</title><style>p{}</style></head><body><!-- no --><h2>Hello</h2>"
        "<p>One<br>two &amp; <b>three</b></p><p>&lt;four&gt;</p></body></html>"
    )
    assert plain_text(html) == "Hello\n\nOne\ntwo & three\n\n<four>"


def test_how_the_html_is_wrapped_and_indented_does_not_show():
    assert plain_text("<div>\n  <p>One\n   two&nbsp; three</p>\n\n\n  <p> </p><div><p>four</p></div>\n</div>") == (
        "One two three\n\nfour"
    )


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ('<a href="https://x.example/p/abc/">Our <b>page</b></a>', "Our page: https://x.example/p/abc/"),
        ('<a href="https://x.example/">https://x.example/</a>', "https://x.example/"),
        ('<a href="https://x.example/"></a>', "https://x.example/"),
        ('<a href="mailto:desk@x.example">desk@x.example</a>', "desk@x.example"),
        ('<a href="mailto:desk@x.example">Write to us</a>', "Write to us: mailto:desk@x.example"),
        ('<a href="tel:+442079460000">020 7946 0000</a>', "020 7946 0000"),
        ('<a href="tel:+442079460000">Ring us</a>', "Ring us: tel:+442079460000"),
    ],
)
def test_a_link_says_its_words_and_its_address_once(link, text):
    assert plain_text(f"<p>{link}</p>") == text


def test_the_address_of_a_button_has_a_line_to_itself():
    html = (
        '<p>Hello</p><table><tr><td><a class="cp-button" href="https://x.example/p/abc/">Manage</a></td></tr></table>'
    )
    assert plain_text(html) == "Hello\n\nManage:\nhttps://x.example/p/abc/"


def test_lists_are_marked_and_nested():
    html = (
        "<p>Bring:</p><ul><li>shoes</li><li><p>papers</p><ul><li>yours</li></ul></li></ul>"
        "<ol><li>come</li><li>sit</li></ol><p>Thanks</p>"
    )
    assert plain_text(html) == "Bring:\n\n- shoes\n- papers\n  - yours\n\n1. come\n2. sit\n\nThanks"


def test_nothing_is_nothing():
    assert plain_text("") == ""
