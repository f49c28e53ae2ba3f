"""Each state of each page as it can be judged by a program: axe-core's rules, nothing wider than the window, targets.

A page is made by the test client at a fixed time, and shown by a browser as if a server had it.
"""

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders

from tests.factories import NOW, Clinic
from tests.journeys.states import ERRORS, PAGES, Visitor

pytestmark = pytest.mark.django_db

HOST, SCREEN, STATIC = "http://clinic.example", "/screen/", "/static/"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1280, "height": 800}

# Links within a sentence are free of the minimum (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input, textarea, summary")]
    .filter(one => one.type !== "hidden" && one.checkVisibility())
    .filter(one => !one.closest("p, li:not(.cp-times li), .cp-skip, .cp-prose"))
    .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([html, box]) => box.width < 24 || box.height < 24)
    .map(([html, box]) => `small target: ${html} ${box.width}×${box.height}`)"""

TOO_WIDE = """() => document.documentElement.scrollWidth <= window.innerWidth ? []
    : [document.documentElement, ...document.querySelectorAll("body *")]
    .filter(one => one.scrollWidth > window.innerWidth || one.getBoundingClientRect().right > window.innerWidth)
    .map(one => `too wide: ${one.outerHTML.slice(0, 80)}`)"""


@pytest.fixture(scope="module")
def window(chromium):
    """One tab for all."""
    context = chromium.new_context(base_url=HOST, viewport=NARROW)
    yield context.new_page()
    context.close()


@pytest.fixture
def show(window, settings):
    """Make a page by a function of a ``Visitor`` and show it, with its own headers and style sheet."""
    settings.MIDDLEWARE = ["wagtail_clientportal.pages.errors.PortalErrorsMiddleware", *settings.MIDDLEWARE]

    def show(way):
        with time_machine.travel(NOW, tick=False) as clock:
            response = way(Visitor(Clinic(), clock))

        def answer(route):
            path = route.request.url.removeprefix(HOST)
            if path.startswith(STATIC):
                route.fulfill(path=finders.find(path.removeprefix(STATIC)))
            elif path == SCREEN:
                route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.content)
            else:
                route.abort()

        window.unroute_all()
        window.route("**/*", answer)
        window.set_viewport_size(NARROW)
        window.emulate_media(color_scheme="light")
        window.goto(SCREEN)
        return window

    return show


def _faults(window) -> list[str]:
    """What is wrong with the page that is shown: narrow, wide, light, dark, with text of twice the size."""
    faults = _broken_rules(window, WCAG) + window.evaluate(TOO_WIDE) + window.evaluate(SMALL_TARGETS)
    window.evaluate("document.documentElement.style.fontSize = '200%'")
    faults += window.evaluate(TOO_WIDE)
    window.evaluate("document.documentElement.style.fontSize = ''")
    window.set_viewport_size(WIDE)
    faults += window.evaluate(TOO_WIDE) + window.evaluate(SMALL_TARGETS)
    window.emulate_media(color_scheme="dark")
    return faults + _broken_rules(window, ["cat.color"])


def _broken_rules(window, rules) -> list[str]:
    found = Axe().run(window, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [f"{one['id']}: {node['html'][:120]}" for one in found.response["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_passes(show, name):
    window = show(PAGES[name])
    assert not window.title().startswith("Error")
    assert not _faults(window)


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_passes_and_has_the_focus(show, name):
    window = show(ERRORS[name])
    assert window.title().startswith("Error: ")
    assert window.locator("[role=alert]").evaluate("one => one === document.activeElement")
    assert not _faults(window)


@pytest.mark.parametrize("name", ["changed", "cancelled", "verify, first name"])
def test_what_has_just_happened_has_the_focus(show, name):
    status = show(PAGES[name]).locator(".cp-note[role=status]")
    assert status.evaluate("one => one === document.activeElement")


def test_the_warning_before_the_end_passes(show):
    window = show(PAGES["confirm"])
    window.evaluate("document.getElementById('cp-session-warning').showModal()")
    assert not _faults(window)


def test_the_days_after_the_chosen_one_pass_once_they_are_open(show):
    window = show(PAGES["change"])
    window.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert not _faults(window)


def test_the_judge_can_find_fault(show, window):
    show(PAGES["sign in"])
    window.set_content(f"<title></title><img src=x><a href=#><i></i></a><pre>{'x' * 999}</pre>")
    assert {"image-alt", "document-title"} <= {one.partition(":")[0] for one in _broken_rules(window, WCAG)}
    assert window.evaluate(SMALL_TARGETS) and window.evaluate(TOO_WIDE)
