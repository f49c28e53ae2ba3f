"""Reading a page as a person does."""

from bs4 import BeautifulSoup


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response) -> str:
    """The page as one line of text without tags."""
    return " ".join(soup(response).get_text(" ").split())


def value(response, name: str) -> str:
    """What the form's field *name* holds."""
    return soup(response).select_one(f'[name="{name}"]')["value"]


def hrefs(response, inside: str) -> list[str]:
    """Where the links inside a CSS selector lead."""
    return [link["href"] for link in soup(response).select(f"{inside} a[href]")]
