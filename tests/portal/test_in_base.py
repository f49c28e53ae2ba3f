"""A screen in a base template of the site's own, whatever that has and lacks."""

import pytest

from tests.portal.reading import soup
from wagtail_clientportal.screens.in_base import logger

HEAD = "<!doctype html><html lang=en><head><title>{% block title %}{% endblock %}</title></head>"


@pytest.fixture
def within(portal, settings, tmp_path):
    """Show the sign-in form within a base of these words."""

    def within(base):
        (tmp_path / "site.html").write_text(base)
        settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
        settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"BASE_TEMPLATE": "site.html"}
        return soup(portal.get())

    return within


BASES = {
    "one that has it all": HEAD.replace("</head>", "{% block extra_css %}{% endblock %}</head>")
    + '<body><a href="#main">Skip</a><header><a href="/">Clinic</a></header>'
    '<main id="main">{% block content %}{% endblock %}</main></body></html>',
    "one with the place alone": HEAD + '<body class="site"><header><a href="/">Clinic</a></header>'
    "{% block content %}{% endblock %}</body></html>",
    "one whose main has a role": HEAD + "<body><div role='main'>{% block content %}{% endblock %}</div></body></html>",
    "one without a body": "OURS{% block content %}{% endblock %}",
}


@pytest.mark.parametrize("name", BASES)
def test_styles_script_main_and_skip_link_are_there_once_in(within, name):
    page = within(BASES[name])
    assert len(page.select("link[href*='clientportal.css']")) == len(page.select("script[src*='clientportal.js']")) == 1
    [main] = page.select("main, [role=main]")
    assert main.select_one("#cp") or main["id"] == "cp"
    skip = page.select("a[href^='#']")
    assert len(skip) == 1 and page.select_one(skip[0]["href"]) is not None
    assert page.select("a[href]")[0] is skip[0]


@pytest.mark.parametrize("base", [HEAD + "<body>{% block main %}{% endblock %}</body></html>", ""])
def test_a_base_without_a_place_makes_no_blank_page(within, caplog, base):
    with caplog.at_level("ERROR", logger.name):
        page = within(base)
    assert page.find("label", string="Email address or mobile number")
    assert page.title.get_text() == "Your appointments – Harbour Clinic"
    assert "“content”" in caplog.text
