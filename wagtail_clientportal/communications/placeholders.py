"""Variables in what an editor wrote: finding them, refusing anything else, putting values in their place.

An editor's text is never compiled as a template. A variable is spelt ``{{ name }}`` or ``{% name %}``, or stands in
rich text as a chip: ``<span data-variable="name">``.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _
from wagtail.whitelist import check_url

# On one line: texts are filled line by line.
_VARIABLE = re.compile(r"\{\{[ \t\xa0]*(?P<in_braces>\w+)[ \t\xa0]*\}\}|\{%[ \t\xa0]*(?P<as_tag>\w+)[ \t\xa0]*%\}")
_SYNTAX = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{\{|\}\}|\{%|%\}|\{#|#\}")
# Between spaces, but for those inside a variable.
_WORD = re.compile(r"(?:\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\S)+")
_CHIP = "span[data-variable]"
_NAMED_BY_CHIP = re.compile(r'data-variable="(\w+)"')
_BLOCKS = ["p", "li", "h2", "h3", "h4"]
# What may touch an address, before it and behind it: programs that make links of addresses leave these out.
_OPENING, _CLOSING = "([<\"'“‘«", ".,;:!?)]>\"'”’»"


class UnknownVariable(Exception):
    """The text names something that a message can't say; the exception's text is that word."""


def names_in_text(text: str) -> set[str]:
    """Return the names of the variables that are spelt out in *text*, known or not."""
    return {_name(match) for match in _VARIABLE.finditer(text)}


def names_in_html(html: str) -> set[str]:
    """Return the names of the variables in rich text, chips and spelt-out ones."""
    return names_in_text(html) | set(_NAMED_BY_CHIP.findall(html))


def mistakes_in_text(
    text: str, labels: Mapping[str, str], addresses: Collection[str] = (), links: Collection[str] = ()
) -> list[str]:
    """Say in a sentence each what in *text* is no variable, and which address couldn't be opened.

    :param labels: name and label of every variable that may stand here.
    :param addresses: names of the variables whose value is, or ends in, a bare address once the text is plain.
    :param links: those of them whose value begins with words, which a colon may touch.
    """
    variables = list(_VARIABLE.finditer(text))
    found = [_mistake(one.group(), _name(one), labels) for one in variables if _name(one) not in labels]
    glued = [
        one
        for one in variables
        if _name(one) in addresses and not _stands_apart(one, after=_OPENING + ":" * (_name(one) in links))
    ]
    found += dict.fromkeys(map(_glued, glued))
    return found + [_foreign(match.group(), labels) for match in _SYNTAX.finditer(_VARIABLE.sub("", text))]


def mistakes_in_html(
    html: str, labels: Mapping[str, str], addresses: Collection[str] = (), links: Collection[str] = ()
) -> list[str]:
    """The same for rich text. Template syntax is refused in its tags as well, and so is a link that leads nowhere."""
    soup = BeautifulSoup(html, "html.parser")
    found = [sentence for link in soup("a") if (sentence := _mistake_in_link(link))]
    found += [_foreign(match.group(), labels) for match in _SYNTAX.finditer(_attributes_but_addresses(soup))]
    for chip in soup.select(_CHIP):
        if chip["data-variable"] in labels:
            _spell_out(chip)
        else:
            found.append(_mistake(chip.get_text(), chip["data-variable"], labels))
            chip.replace_with("")
    for line_break in soup("br"):
        line_break.replace_with("\n")
    for block in [one for one in soup.find_all(_BLOCKS) if not one.find(_BLOCKS)]:
        # As one text: Draftail may have set half of a name in bold.
        found += mistakes_in_text(block.get_text(), labels, addresses, links)
        found += [_foreign(text, labels) for text in _split_by_tags(block)]
        block.replace_with("\n")
    return found + mistakes_in_text(soup.get_text(), labels, addresses, links)


def fill_text(text: str, value: Callable[[str], str]) -> str:
    """Return *text* with each variable's value. A line all of whose variables have none is left out.

    :param value: gives a name's value; raises ``UnknownVariable``.
    """
    lines = []
    for line in text.splitlines():
        values = [str(value(name)) for name in _names_in_order(line)]
        if values and not any(values):
            continue
        remaining = iter(values)
        lines.append(_VARIABLE.sub(lambda match: next(remaining), line))  # noqa: B023
    return "\n".join(lines).strip()


def fill_html(html: str, value: Callable[[str], str]) -> str:
    """Return rich text with each variable's value, escaped unless it is HTML by itself.

    A paragraph or list item all of whose variables have no value is left out.
    """
    value = cache(value)
    soup = BeautifulSoup(html, "html.parser")
    for chip in soup.select(_CHIP):
        _spell_out(chip)
    for block in [one for one in soup.find_all(_BLOCKS) if not one.find(_BLOCKS)]:
        values = [value(name) for name in _names_in_order(block.get_text())]
        if values and not any(values):
            block.decompose()
    # In one pass, so that a value that looks like a variable stays what it is.
    return _VARIABLE.sub(lambda match: _as_html(value(_name(match))), str(soup))


def nearest(word: str, labels: Mapping[str, str]) -> str:
    """Return the name that somebody who wrote *word*, a name or a label, most likely meant."""
    by_spelling = {name.lower(): name for name in labels} | {
        str(label).lower().replace(" ", "_"): name for name, label in labels.items()
    }
    [best] = get_close_matches(word.lower().replace(" ", "_"), by_spelling, n=1, cutoff=0.0)
    return by_spelling[best]


def spelt(name: str) -> str:
    """Return how an editor writes the variable *name*."""
    return f"{{{{ {name} }}}}"


def _name(match: re.Match) -> str:
    return match["in_braces"] or match["as_tag"]


def _names_in_order(text: str) -> Iterable[str]:
    return [_name(match) for match in _VARIABLE.finditer(text)]


def _mistake(word: str, name: str, labels: Mapping[str, str]) -> str:
    best = nearest(name, labels)
    return _("“%(word)s” can’t be used here. Did you mean “%(name)s” (%(label)s)?") % {
        "word": word,
        "name": spelt(best),
        "label": labels[best],
    }


def _foreign(text: str, labels: Mapping[str, str]) -> str:
    return _(
        "“%(word)s” is not a variable: between {{ and }} only a variable’s name may stand. Did you mean “%(name)s”?"
    ) % {"word": text, "name": spelt(nearest(text.strip("{}%# "), labels))}


def _stands_apart(variable: re.Match, *, after: str) -> bool:
    """:param after: characters behind which it may stand without a space."""
    before, behind = variable.string[: variable.start()], variable.string[variable.end() :].lstrip(_CLOSING)
    return (before[-1:].strip() in after) and not behind[:1].strip()


def _glued(variable: re.Match) -> str:
    around = (word for word in _WORD.finditer(variable.string) if word.start() <= variable.start() < word.end())
    return _("In “%(word)s” the link would be broken. Put a space before and after “%(name)s”.") % {
        "word": next(around).group(),
        "name": spelt(_name(variable)),
    }


def _mistake_in_link(link: Tag) -> str:
    """Say what is wrong with where *link* leads; "" where it can be opened."""
    address = link.get("href", "")
    if syntax := _SYNTAX.search(address):
        return _(
            "The address of a link can’t hold a variable: take “%(word)s” out of “%(address)s”, and write it into the "
            "text instead."
        ) % {"word": syntax.group(), "address": address}
    if _can_be_opened(address) or "linktype" in link.attrs:
        return ""
    return _(
        "The link “%(link)s” can’t be opened. Give it an address that begins with https://, mailto: or tel:, or remove "
        "it."
    ) % {"link": address or link.get_text()}


def _can_be_opened(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    # The same schemes as Wagtail's: "javascript:", and whatever browsers take for it, isn't one of them.
    return bool(address.strip()) and check_url(address) is not None


def _attributes_but_addresses(soup: BeautifulSoup) -> str:
    return " ".join(
        str(value)
        for tag in soup.find_all(True)
        for name, value in tag.attrs.items()
        if (tag.name, name) != ("a", "href")
    )


def _split_by_tags(block: Tag) -> list[str]:
    """Variables that are whole only when the tags inside them are taken away: they could not be filled."""
    whole = _names_in_order(block.get_text())
    in_one_piece = [name for string in block.find_all(string=True) for name in _names_in_order(string)]
    return [spelt(name) for name in whole if name not in in_one_piece]


def _as_html(value: str) -> str:
    return value if hasattr(value, "__html__") else str(conditional_escape(value)).replace("\n", "<br>")


def _spell_out(chip: Tag) -> None:
    """Put the variable's name in the label's place, as bold or italic as the label begins."""
    name = spelt(chip["data-variable"])
    first, *rest = chip.find_all(string=True) or [None]
    if first is None:
        chip.string = name
    else:
        first.replace_with(name)
    for string in rest:
        string.extract()
    chip.unwrap()
