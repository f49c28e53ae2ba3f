"""Somebody at the desk, in one of the ways in which people sit at it."""

from dataclasses import dataclass

from django.utils import translation
from playwright.sync_api import Locator, Page

from tests.journeys.by_keyboard import press, tab_to
from tests.journeys.faults import TOO_WIDE, WCAG, broken_rules, texts_in_english
from wagtail_clientportal.models import AppointmentStatus


@dataclass(frozen=True)
class Way:
    """How somebody sits at it: with a mouse and scripts, or without either.

    :param width: of the window, in CSS pixels.
    """

    width: int
    color_scheme: str
    language: str
    has_script: bool

    @property
    def options(self) -> dict:
        """What the browser's window is opened with."""
        return {
            "viewport": {"width": self.width, "height": 1400},
            "color_scheme": self.color_scheme,
            "locale": self.language,
            "java_script_enabled": self.has_script,
        }

    def __str__(self):
        by = "mouse" if self.has_script else "keyboard-without-script"
        return f"{by}-{self.width}-{self.color_scheme}-{self.language}"


# Two that differ in everything, so that each thing is met once.
WAYS = [Way(1280, "light", "en", has_script=True), Way(390, "dark", "fr", has_script=False)]


class Desk:
    """A page of the admin, and what is done on it in that way.

    :param scripted: a page of the same session and looks, in which the program that finds faults can run.
    :param written: what clients and the clinic wrote, in English whatever the language of the page.
    """

    def __init__(self, page: Page, way: Way, *, scripted: Page, written: list[str]):
        self.page, self.way, self.scripted = page, way, scripted
        self.written = [*written, *AppointmentStatus.objects.values_list("name", flat=True)]

    def said(self, text: str) -> str:
        """Return what the page says for *text*."""
        with translation.override(self.way.language):
            return translation.gettext(text)

    def button(self, text: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=self.said(text), exact=True)

    def link(self, text: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("link", name=self.said(text))

    def press(self, target: Locator) -> None:
        if self.way.has_script:
            target.click()
        else:
            press(self.page, target)

    def go(self, target: Locator) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            self.press(target)

    def write(self, name: str, text: str) -> None:
        """Write *text* into the field of this name, or choose what begins so."""
        field = self.page.locator(f"[name={name}]:not([type=hidden])")
        if self.way.has_script and field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        elif self.way.has_script:
            field.fill(text)
        else:
            tab_to(self.page, field)
            self.page.keyboard.type(text)

    def tick(self, box: Locator) -> None:
        if self.way.has_script:
            box.check()
        else:
            press(self.page, box, "Space")

    def look(self, within: str = "main") -> None:
        """Find no fault with what is shown."""
        if self.scripted is not self.page:
            self.scripted.goto(self.page.url)
        faults = broken_rules(self.scripted, WCAG, within=within) + self.page.evaluate(TOO_WIDE)
        if self.way.language != "en":
            faults += texts_in_english(self.page, self.written)
        assert not faults, faults
