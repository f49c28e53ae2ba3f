"""What a program can find wrong with a page that is shown: by axe-core's rules, and by looking at what it doesn't."""

import re

from axe_playwright_python.sync_playwright import Axe

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

# The colour on which an element's border or text lies.
BEHIND = """const behind = one => {
    while (one && /^rgba.*, 0\\)$/.test(getComputedStyle(one).backgroundColor)) one = one.parentElement;
    return one ? getComputedStyle(one).backgroundColor : "rgb(255, 255, 255)";
};"""

# Where the reader's own colours replace the page's, backgrounds and shadows go. What can be pressed or filled in must
# still have a border or an underline, the chosen day must differ from the others, and the focus must be seen.
LOST_IN_FORCED_COLOURS = f"""() => {{
    {BEHIND}
    const look = one => {{
        const style = getComputedStyle(one);
        return [style.border, style.outline, style.backgroundColor, style.textDecorationLine].join();
    }};
    const isBoxed = one => ["Top", "Right", "Bottom", "Left"].every(side => {{
        const style = getComputedStyle(one), colour = style[`border${{side}}Color`];
        const isThere = parseFloat(style[`border${{side}}Width`]) >= 1;
        return isThere && colour !== behind(one) && colour !== behind(one.parentElement);
    }});
    const isLine = one => getComputedStyle(one).textDecorationLine.includes("underline");
    const isOutlined = one => {{
        const style = getComputedStyle(one);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
            && style.outlineColor !== behind(one.parentElement);
    }};
    const shown = selector => [...document.querySelectorAll(selector)]
        .filter(one => one.type !== "hidden" && one.checkVisibility());
    const fault = (name, one) => `${{name}} in forced colours: ${{one.outerHTML.slice(0, 80)}}`;
    document.activeElement.blur();
    const faults = shown("a[href], button, input:not([type=checkbox]), textarea")  // a tick box is the browser's own
        .filter(one => !isBoxed(one) && !isLine(one)).map(one => fault("no edge", one));
    for (const chosen of shown("[aria-current]")) {{
        const others = shown(".cp-month td a:not([aria-current])");
        if (others.some(one => look(one) === look(chosen))) faults.push(fault("not told apart", chosen));
    }}
    for (const one of shown("a[href], button, input, textarea, summary, [tabindex]:not(main)")) {{
        const before = look(one);
        one.focus();
        if (document.activeElement !== one) continue;
        if (look(one) === before || !isOutlined(one)) faults.push(fault("no focus", one));
    }}
    return faults;
}}"""

# Words that no French sentence has, beside what the clinic itself named or wrote.
ENGLISH = re.compile(r"\b(the|this|that|is|are|of|and|to|you|with|not|be|it|at|by|from|no|choose)\b", re.IGNORECASE)
TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const isProse = !node.parentElement.closest("script, style, template, blockquote, noscript");
        if (isProse) found.push(node.textContent.trim());
    }
    for (const one of document.querySelectorAll("main *")) {
        for (const name of ["aria-label", "title", "placeholder"]) found.push(one.getAttribute(name) ?? "");
    }
    return [document.title, ...found.filter(text => text)];
}"""


def faults_of(page) -> list[str]:
    """What is wrong with *page*: narrow, wide, light, dark, in forced colours, with text of twice the size."""
    page.set_viewport_size(NARROW)
    faults = broken_rules(page, WCAG) + page.evaluate(TOO_WIDE) + page.evaluate(SMALL_TARGETS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    faults += page.evaluate(TOO_WIDE)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(WIDE)
    faults += page.evaluate(TOO_WIDE) + page.evaluate(SMALL_TARGETS)
    page.emulate_media(color_scheme="dark")
    faults += broken_rules(page, ["cat.color"])
    return faults + lost_in_forced_colours(page)


# Half faded in, a message of Wagtail's has too little contrast.
FADED_IN = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ends = one => one.effect.getComputedTiming().endTime < Infinity;
    document.getAnimations().filter(ends).forEach(one => one.finish());
}"""


def broken_rules(page, rules, within=None) -> list[str]:
    """What breaks *rules* on the page, or in the part of it that the selector *within* finds."""
    page.evaluate(FADED_IN)
    found = Axe().run(page, context=within, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [f"{one['id']}: {node['html'][:120]}" for one in found.response["violations"] for node in one["nodes"]]


def lost_in_forced_colours(page) -> list[str]:
    page.emulate_media(forced_colors="active")
    page.keyboard.press("Tab")  # from here on the focus is a keyboard's, which is to be seen
    faults = page.evaluate(LOST_IN_FORCED_COLOURS)
    page.emulate_media(forced_colors="none")
    return faults


def texts_in_english(page, written=()) -> list[str]:
    """What the main part of a page says in English that should be in French.

    :param written: what clients or the clinic wrote.
    """
    texts = page.evaluate(TEXTS)
    for one in written:
        texts = [text.replace(one, "") for text in texts]
    return [text for text in texts if ENGLISH.search(text)]
