"""Which strings does a client meet? Welsh, German and Spanish hold those; staff read English there.

``python -m tests.locale.clients_side`` takes the staff's out of what ``makemessages`` wrote, and prints what isn't
translated yet.
"""

import re
from collections.abc import Iterator
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parent.parent.parent / "wagtail_clientportal/locale"
LANGUAGES = ("cy", "de", "es")

# Folders and files of the app, as a catalogue's references begin.
ROOMS = (
    "booking/",
    "communications/before_change.py",
    "communications/calendar_links.py",
    "communications/icalendar_file.py",
    "communications/variables.py",
    "communications/wording.py",
    "migrations/0002_first_records.py",
    "pages/blocks.py",
    "policies/first_words.py",
    "portal/",
    "practice/dates.py",
    "practice/durations.py",
    "practice/money.py",
    "screens/",
    "templates/wagtail_clientportal/base.html",
    "templates/wagtail_clientportal/booking/",
    "templates/wagtail_clientportal/communications/",
    "templates/wagtail_clientportal/pages/",
    "templates/wagtail_clientportal/portal/",
)
# What an editor reads above a preview.
OF_EDITORS = ("booking/views/previews.py", "portal/views/previews.py")
# What clients read, too, of files that are the staff's.
WORDS = {"email", "text message", "Online", "Cash", "Card", "Bank transfer", "Other"}

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def path_of(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES/django.po"


def entries_of(language: str) -> Iterator[str]:
    """The entries of a catalogue as they stand there, its header first."""
    yield from path_of(language).read_text(encoding="utf-8").strip().split("\n\n")


def key_of(entry: str) -> tuple[str, str]:
    """Return an entry's context and sentence, which tell it from the others."""
    return _field(entry, "msgctxt"), _field(entry, "msgid")


def is_clients(entry: str) -> bool:
    places = [place for line in re.findall(r"^#: (.+)$", entry, re.MULTILINE) for place in line.split()]
    return key_of(entry)[1] in WORDS or any(place.startswith(ROOMS) and place not in OF_EDITORS for place in places)


def is_translated(entry: str) -> bool:
    """Whether each of its forms is there. What is marked as fuzzy is not shown."""
    forms = re.split(r"^msgstr(?:\[\d\])? ", entry, flags=re.MULTILINE)[1:]
    return all("".join(_STRING.findall(form)) for form in forms) and not re.search("^#, .*fuzzy", entry, re.MULTILINE)


def keep_the_clients() -> None:
    for language in LANGUAGES:
        header, *entries = entries_of(language)
        kept = [header, *filter(is_clients, entries)]
        path_of(language).write_text("\n\n".join(kept) + "\n", encoding="utf-8")


def untranslated() -> Iterator[str]:
    for language in ("fr", *LANGUAGES):
        _header, *entries = entries_of(language)
        yield from (f"{language}: {key_of(entry)[1]}" for entry in entries if not is_translated(entry))


def _field(entry: str, name: str) -> str:
    found = re.search(rf'^{name} ((?:".*"\n?)+)', entry, re.MULTILINE)
    return "".join(_STRING.findall(found[1])) if found else ""


if __name__ == "__main__":
    keep_the_clients()
    print(*untranslated(), sep="\n")
