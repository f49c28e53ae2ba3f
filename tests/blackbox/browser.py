"""A browser without JavaScript: it keeps cookies, follows redirects, and sends forms as they are on the page."""

from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup

TIMEOUT = 60  # seconds


class Browser:
    """One cookie jar, and the page that it is on."""

    def __init__(self, address: str):
        """:param address: of the site, "http://localhost:8000"."""
        self.address = address
        self._session = requests.Session()
        # A test must not send its requests to a proxy that happens to be set up.
        self._session.trust_env = False
        self.response: requests.Response | None = None

    def open(self, url: str) -> "Browser":
        """Go to *url*, absolute or a path."""
        self.response = self._session.get(urljoin(self.address, url), timeout=TIMEOUT)
        return self

    def head(self, url: str) -> requests.Response:
        """Ask for the headers of *url* alone, as programs do that look at links before people see them."""
        return self._session.head(urljoin(self.address, url), timeout=TIMEOUT, allow_redirects=True)

    def press(self, button: str, **fields: str) -> "Browser":
        """Fill in the form that has the button with these words, and press it."""
        form = next(
            (
                form
                for form in self.soup.find_all("form")
                if any(button in " ".join(one.get_text().split()) for one in form.find_all("button"))
            ),
            None,
        )
        assert form is not None, f"no button “{button}” on {self.url}: {self.text}"
        values = {box["name"]: box.get("value", "") for box in form.find_all("input") if box.get("name")}
        values |= {box["name"]: box.get_text() for box in form.find_all("textarea")}
        assert not fields.keys() - values.keys(), f"the form on {self.url} has only {sorted(values)}"
        url = urljoin(self.url, form.get("action") or "")
        assert form["method"].lower() == "post"
        self.response = self._session.post(url, data=values | fields, headers={"Referer": self.url}, timeout=TIMEOUT)
        return self

    def follow(self, words: str) -> "Browser":
        """Follow the first link with these words."""
        link = next((one for one in self.soup.find_all("a", href=True) if words in " ".join(one.text.split())), None)
        assert link is not None, f"no link “{words}” on {self.url}: {self.text}"
        return self.open(urljoin(self.url, link["href"]))

    def links(self, containing: str) -> list[str]:
        """The addresses of the page's links that have *containing* in them, in their order, each once."""
        found = (urljoin(self.url, link["href"]) for link in self.soup.find_all("a", href=True))
        return list(dict.fromkeys(url for url in found if containing in url))

    @property
    def url(self) -> str:
        """Where the browser is now, after all redirects."""
        return self.response.url

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.content, "html.parser")

    @property
    def text(self) -> str:
        """The page as one line of text."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def heading(self) -> str:
        return " ".join(self.soup.h1.get_text().split())
