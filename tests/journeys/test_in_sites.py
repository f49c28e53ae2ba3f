"""Every state of every page within sites of five kinds of CSS, light and dark: it can be read and pressed all the same.

All states stand on one page, which is dressed anew for each site: what a state looks like depends on nothing else.
"""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.journeys.faults import NARROW, SMALL_TARGETS, TOO_WIDE, broken_rules
from tests.journeys.states import ERRORS, PAGES

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
SITES = Path(__file__).parent / "sites"
# site → its CSS, and whether it goes dark with the reader's system
STYLES = {
    "own base": ("", True),
    "sandbox": ((ROOT / "sandbox/static/sandbox/site.css").read_text(), False),
    "reboot": ((SITES / "reboot.css").read_text(), False),
    "preflight": ((SITES / "preflight.css").read_text(), True),
    "reset": ((SITES / "reset.css").read_text(), False),
}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# The same on every screen: once is enough.
REPEATED = (".cp-bar", ".cp-stay", ".cp-footer")

# WCAG 2.2, 1.4.11: what shows that something can be pressed or filled in stands out by 3 to 1.
EDGELESS = """() => {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    const luminance = colour => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const linear = [...context.getImageData(0, 0, 1, 1).data].map(one => one / 255)
            .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
        return linear[3] ? 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] : null;
    };
    const behind = one => luminance(getComputedStyle(one).backgroundColor) ?? behind(one.parentElement);
    const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const pressed = ".cp-button:not(.cp-button--link), .cp-times a";
    // A tick box has the edge that the browser gives it.
    const filledIn = "input:not([type=hidden], [type=checkbox]), textarea, select";
    return [...document.querySelectorAll(`#cp :is(${pressed}, ${filledIn})`)]
        .filter(one => one.checkVisibility())
        .filter(one => parseFloat(getComputedStyle(one).borderTopWidth) < 1
            || contrast(luminance(getComputedStyle(one).borderTopColor), behind(one.parentElement)) < 3)
        .map(one => `no edge: ${one.outerHTML.slice(0, 80)}`);
}"""


@pytest.fixture
def states(make):
    """What every state puts into its base, one after the other."""
    screens = []
    for way in (PAGES | ERRORS).values():
        [screen] = re.findall(r'<div class="cp" id="cp".*(?=</main>)', make(way).content.decode(), re.DOTALL)
        screens.append(screen)
    return "\n".join(screens)


def _dressed(window, states, css):
    portal = Path(finders.find("wagtail_clientportal/clientportal.css")).read_text()
    body = "" if css else ' class="cp-page"'
    window.set_content(
        f"<!doctype html><html lang=en><head><title>All</title><style>{css}</style><style>{portal}</style></head>"
        f"<body{body}><header class=site-header></header>"
        f"<main class='site-main' id=site-main>{states}</main></body></html>"
    )
    for selector in REPEATED:
        window.evaluate("one => [...document.querySelectorAll(one)].slice(2).forEach(one => one.remove())", selector)


@pytest.mark.parametrize("site", STYLES)
def test_every_state_can_be_read_and_pressed_within(window, states, site):
    css, goes_dark = STYLES[site]
    _dressed(window, states, css)
    window.set_viewport_size(NARROW)
    grounds = {}
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme, forced_colors="none", media="screen")
        assert not broken_rules(window, COLOURS), scheme
        assert not window.evaluate(EDGELESS), scheme
        grounds[scheme] = window.evaluate("getComputedStyle(document.getElementById('cp')).backgroundColor")
    assert not window.evaluate(TOO_WIDE)
    assert not window.evaluate(SMALL_TARGETS)
    assert (grounds["light"] != grounds["dark"]) == goes_dark


def test_the_judge_can_find_fault(window, states):
    _dressed(window, states, "#cp#cp#cp .cp-button, #cp#cp#cp a { color: #ddd; background: #eee; border: 0 }")
    assert broken_rules(window, COLOURS)
    assert window.evaluate(EDGELESS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_accent_colour_does_for_light_and_dark(window, states, scheme):
    _dressed(window, states, ":root { color-scheme: light dark; --cp-accent: #7a1f5c }")
    window.emulate_media(color_scheme=scheme, forced_colors="none", media="screen")
    ink = "getComputedStyle(document.querySelector('#cp .cp-button')).backgroundColor"
    assert ("122, 31, 92" in window.evaluate(ink)) == (scheme == "light")
    assert not broken_rules(window, COLOURS)
