"""An appointment on paper: the facts in black on white, also from a dark screen, and nothing to press."""

import pytest

from tests.journeys.faults import BEHIND
from tests.journeys.states import PAGES

pytestmark = pytest.mark.django_db

OF_THE_SCREEN = "nav, button, dialog, .cp-button, .cp-skip, .cp-stay"

# Each text that is shown, with what is wrong about its ink.
NOT_BLACK_ON_WHITE = f"""() => {{
    {BEHIND}
    const hasText = one => [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    return [...document.querySelectorAll("body *")]
        .filter(one => one.checkVisibility() && hasText(one))
        .map(one => [one.outerHTML.slice(0, 80), getComputedStyle(one).color, behind(one)])
        .filter(([html, ink, paper]) => ink !== "rgb(0, 0, 0)" || paper !== "rgb(255, 255, 255)")
        .map(([html, ink, paper]) => `${{ink}} on ${{paper}}: ${{html}}`);
}}"""


@pytest.fixture(params=["light", "dark"])
def printed(show, request):
    """Show a page by name as a printer gets it."""

    def printed(name):
        page = show(PAGES[name])
        page.emulate_media(media="print", color_scheme=request.param)
        return page

    return printed


def _shown(page, selector) -> list[str]:
    return [one.evaluate("one => one.outerHTML") for one in page.locator(selector).all() if one.is_visible()]


@pytest.mark.parametrize("name", ["appointment", "appointment by its own link", "changed", "appointment too late"])
def test_an_appointment_is_printed_with_all_its_facts_and_nothing_to_press(printed, name):
    page = printed(name)
    paper = page.locator("body").inner_text()
    when = "Tuesday 1 December 2026 at 2:30pm" if name == "changed" else "Wednesday 25 November 2026 at 10am"
    for fact in ("Harbour Clinic", when, "Ada Osei", "Harbour Rooms", "12 Harbour Street", "020 7946 0000"):
        assert fact in paper
    for for_the_screen in ("Signed in as", "All my appointments", "calendar", "this appointment only", "sign you out"):
        assert for_the_screen not in paper
    assert not _shown(page, OF_THE_SCREEN)
    assert not page.evaluate(NOT_BLACK_ON_WHITE)


@pytest.mark.parametrize("name", ["list", "cancelled", "cancel", "change", "portal off"])
def test_every_other_page_is_black_on_white_too(printed, name):
    page = printed(name)
    assert not _shown(page, OF_THE_SCREEN)
    assert not page.evaluate(NOT_BLACK_ON_WHITE)


def test_a_warning_that_is_open_is_not_printed(show):
    page = show(PAGES["appointment"])
    page.evaluate("document.getElementById('cp-session-warning').showModal()")
    assert _shown(page, "dialog")
    page.emulate_media(media="print")
    assert not _shown(page, "dialog")


def test_the_judge_of_ink_can_find_fault(show):
    page = show(PAGES["appointment"])
    assert _shown(page, OF_THE_SCREEN)
    assert any(one.startswith("rgb(255, 255, 255) on") for one in page.evaluate(NOT_BLACK_ON_WHITE))
