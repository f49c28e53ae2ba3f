"""Every state of every page in each language: nothing is left in English, nothing overflows, no word is broken."""

import re

import pytest

from tests.journeys.faults import NARROW, SMALL_TARGETS, TOO_WIDE
from tests.journeys.states import ERRORS, PAGES
from tests.journeys.test_in_sites import _dressed
from tests.locale.english import left_in_english, word_anew

pytestmark = pytest.mark.django_db

# Words that stand on two lines. Addresses and numbers may: they are as long as they are.
BROKEN_WORDS = r"""() => {
    const texts = document.createTreeWalker(document.getElementById("cp").parentElement, NodeFilter.SHOW_TEXT);
    const broken = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const around = text.parentElement;
        if (!around.checkVisibility() || around.getBoundingClientRect().width <= 1) continue;  // heard, not seen
        for (const word of text.data.matchAll(/\p{L}{2,}/gu)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (tops.size > 1 && !/[@/]/.test(text.data)) broken.push(word[0]);
        }
    }
    return broken;
}"""


def _in(language, visitor, way):
    word_anew(visitor.clinic, language)
    return way(visitor)


@pytest.mark.parametrize("language", ["cy", "de", "es", "fr"])
def test_every_state_is_in_that_language_and_stands_whole_on_a_narrow_screen(window, make, settings, language):
    settings.LANGUAGE_CODE = language
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [(language, language), ("en-gb", "English")]
    screens = []
    for name, way in (PAGES | ERRORS).items():
        html = make(lambda visitor, way=way: _in(language, visitor, way)).content.decode()
        assert not left_in_english(html, language), name
        screens += re.findall(r'<div class="cp" id="cp".*(?=</main>)', html, re.DOTALL)
    _dressed(window, "\n".join(screens), "")
    window.evaluate("language => { document.documentElement.lang = language }", language)
    window.set_viewport_size(NARROW)
    assert not window.evaluate(TOO_WIDE)
    assert not window.evaluate(SMALL_TARGETS)
    assert sorted(set(window.evaluate(BROKEN_WORDS))) == []


def test_the_judge_of_words_can_find_fault(window):
    window.set_content(f"<main><div id=cp style='width: 5rem; overflow-wrap: anywhere'>{'Wort' * 9}</div></main>")
    assert window.evaluate(BROKEN_WORDS) == ["Wort" * 9]
