"""Each state of each page as it can be judged by a program, by ``faults_of``.

What only a script makes of a page is judged where it is made: see test_session_warning.py.
"""

import pytest

from tests.journeys.faults import SMALL_TARGETS, TOO_WIDE, WCAG, broken_rules, faults_of, lost_in_forced_colours
from tests.journeys.states import ERRORS, PAGES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PAGES)
def test_every_page_passes(show, name):
    window = show(PAGES[name])
    assert not window.title().startswith("Error")
    assert not faults_of(window)


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_passes_and_has_the_focus(show, name):
    window = show(ERRORS[name])
    assert window.title().startswith("Error: ")
    assert window.locator("[role=alert]").evaluate("one => one === document.activeElement")
    assert not faults_of(window)


@pytest.mark.parametrize("name", ["changed", "cancelled", "verify, first name"])
def test_what_has_just_happened_has_the_focus(show, name):
    status = show(PAGES[name]).locator(".cp-note[role=status]")
    assert status.evaluate("one => one === document.activeElement")


@pytest.mark.parametrize("name", ["confirm", "cancel"])
def test_the_last_button_stands_within_one_screen_of_a_phone(show, name):
    window = show(PAGES[name])
    window.set_viewport_size({"width": 390, "height": 844})
    for button in window.locator("form .cp-actions .cp-button").all():
        box = button.bounding_box()
        assert box["y"] + box["height"] <= 844


def test_the_warning_before_the_end_passes(show):
    window = show(PAGES["confirm"])
    window.evaluate("document.getElementById('cp-session-warning').showModal()")
    assert not faults_of(window)


def test_the_days_after_the_chosen_one_pass_once_they_are_open(show):
    window = show(PAGES["change"])
    window.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert not faults_of(window)


def test_the_judge_can_find_fault(show, window):
    show(PAGES["sign in"])
    window.set_content(f"<title></title><img src=x><a href=#><i></i></a><pre>{'x' * 999}</pre>")
    assert {"image-alt", "document-title"} <= {one.partition(":")[0] for one in broken_rules(window, WCAG)}
    assert window.evaluate(SMALL_TARGETS) and window.evaluate(TOO_WIDE)


@pytest.mark.parametrize(
    ("carelessness", "fault"),
    [
        ("#cp#cp#cp .cp-times a { border: 0 }", "no edge"),
        ("#cp#cp#cp .cp-month td a { border-color: Canvas; forced-color-adjust: none }", "no edge"),
        ("#cp#cp#cp .cp-bar button { text-decoration: none }", "no edge"),
        ("#cp#cp#cp .cp-month td a { border: 1px solid !important }", "not told apart"),
        ("#cp#cp#cp :focus-visible { outline: 0 }", "no focus"),
        ("#cp#cp#cp .cp-month td a[aria-current] { outline: 3px solid Highlight; outline-offset: 2px }", "no focus"),
    ],
)
def test_the_judge_of_forced_colours_can_find_fault(show, carelessness, fault):
    window = show(PAGES["change"])
    assert not lost_in_forced_colours(window)
    window.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }",
        carelessness,
    )
    assert {one.partition(" in forced")[0] for one in lost_in_forced_colours(window)} == {fault}
