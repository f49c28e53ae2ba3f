"""An email's plain text, made from its HTML."""

from bs4 import BeautifulSoup

_BLOCKS = ["p", "h1", "h2", "h3", "li", "tr", "div", "ul", "ol", "table"]


def plain_text(html: str) -> str:
    """Return *html* as text: links as "words: address", list items with a dash, paragraphs a blank line apart."""
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup(["style", "script", "title", "head"]):
        hidden.decompose()
    for link in soup("a", href=True):
        words = link.get_text(" ", strip=True)
        link.replace_with(link["href"] if words in ("", link["href"]) else f"{words}: {link['href']}")
    for line_break in soup("br"):
        line_break.replace_with("\n")
    for item in soup("li"):
        item.insert(0, "- ")
    for block in soup(_BLOCKS):
        block.append("\n\n")
        block.insert(0, "\n" if block.name == "li" else "\n\n")
    lines = [" ".join(line.split()) for line in soup.get_text().split("\n")]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()
