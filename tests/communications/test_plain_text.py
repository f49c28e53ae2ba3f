from wagtail_clientportal.communications.plain_text import plain_text


def test_links_lists_and_paragraphs_stay_readable():
    html = (
        "<html><head><title>No</title><style>p{}</style></head><body><h1>Hello</h1><p>One<br>two &amp; <b>three</b></p>"
        '<ul><li>first</li><li>second</li></ul><p><a href="https://x.example/p/abc/">Manage appointment</a></p>'
        '<a href="https://x.example/">https://x.example/</a></body></html>'
    )
    assert plain_text(html) == (
        "Hello\n\nOne\ntwo & three\n\n- first\n\n- second\n\n"
        "Manage appointment: https://x.example/p/abc/\n\nhttps://x.example/"
    )


def test_nothing_is_nothing():
    assert plain_text("") == ""
