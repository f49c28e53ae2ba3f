"""An email's plain text, made from its HTML."""

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

_HIDDEN = ["head", "style", "script", "title"]
_BLOCKS = ["p", "h1", "h2", "h3", "h4", "ul", "ol", "tr", "table", "div", "blockquote"]
_LISTS = ["ul", "ol"]
# Stands for an indent while spaces are tidied up; the HTML's own tabs are spaces by then.
_INDENT = "\t"


def plain_text(html: str) -> str:
    """Return *html* as text: links as "words: address", list items with a dash, paragraphs a blank line apart.

    The address of a button (class "cp-button") has a line to itself.
    """
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup(_HIDDEN):
        hidden.decompose()
    for string in soup.find_all(string=lambda string: type(string) is NavigableString):
        string.replace_with(re.sub(r"\s+", " ", string))
    for link in soup("a", href=True):
        link.replace_with(_link(link))
    for line_break in soup("br"):
        line_break.replace_with("\n")
    for item in soup("li"):
        item.insert(0, f"\n{_INDENT * (len(item.find_parents(_LISTS)) - 1)}{_marker(item)} ")
    for block in soup(_BLOCKS):
        gap = "" if block.find_parent("li") else "\n\n"
        block.insert(0, gap)
        block.append(gap)
    lines = [re.sub(r" +", " ", line).strip(" ") for line in soup.get_text().split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return text.replace(_INDENT, "  ")


def _link(link: Tag) -> str:
    label, address = " ".join(link.get_text().split()), link["href"].strip()
    scheme, _, rest = address.partition(":")
    if label in ("", address) or (scheme == "mailto" and label == rest):
        return label or address
    if scheme == "tel" and any(character.isdigit() for character in label):
        return label
    return f"{label}:\n{address}" if "cp-button" in link.get("class", []) else f"{label}: {address}"


def _marker(item: Tag) -> str:
    if item.parent.name != "ol":
        return "-"
    return f"{len(item.find_previous_siblings('li')) + 1}."
