"""Each screen as it can be judged by a program: axe-core's rules, nothing wider than the window, targets of 24 px."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from wagtail_clientportal.portal.views.previews import MODES

# A live server needs real transactions, and what the migrations seeded must come back after each of them.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Links within a sentence are free of the minimum (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input, textarea")]
    .filter(one => one.type !== "hidden" && !one.closest("p, li:not(.cp-times li), .cp-skip, .cp-prose"))
    .filter(one => !one.matches(".cp-skip"))
    .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([html, box]) => box.width < 24 || box.height < 24)
    .map(([html, box]) => `${html} ${box.width}×${box.height}`)"""

TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth)
    .map(one => one.outerHTML.slice(0, 80)).slice(0, 5)"""


@pytest.fixture
def judged(chromium, live_server, width):
    """A page in which a judge's script may run."""
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    yield context.new_page()
    context.close()


def _show(judged, live_server, html):
    """Load *html* as if the server had it at an address of its own, so that its style sheet is found."""

    def answer(route):
        route.fulfill(body=html, content_type="text/html")

    judged.route("**/screen/", answer)
    judged.goto(f"{live_server.url}/screen/")
    judged.unroute("**/screen/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_passes(judged, clinic, live_server, scheme):
    judged.emulate_media(color_scheme=scheme)
    faults = []
    for mode, _label in MODES:
        html = clinic.page.make_preview_request(preview_mode=mode).content.decode()
        _show(judged, live_server, html)
        found = Axe().run(judged, options=RULES)
        faults += [f"{mode}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found.response["violations"]]
        if judged.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{mode}: wider than the window")
        faults += [f"{mode}: small target {one}" for one in judged.evaluate(SMALL_TARGETS)]
    assert not faults, "\n".join(faults)


def test_text_of_twice_the_size_needs_no_sideways_scrolling(judged, clinic, live_server):
    faults = []
    for mode, _label in MODES:
        html = clinic.page.make_preview_request(preview_mode=mode).content.decode()
        _show(judged, live_server, html)
        judged.add_style_tag(content="html { font-size: 200% }")
        if judged.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{mode}: {judged.evaluate(TOO_WIDE)}")
    assert not faults, "\n".join(faults)


def test_the_judge_can_find_fault(judged, clinic, live_server):
    html = "<html><title></title><body><img src=x><a href=#><i></i></a></body></html>"
    _show(judged, live_server, html)
    assert Axe().run(judged, options=RULES).violations_count > 2
    assert judged.evaluate(SMALL_TARGETS)
