"""Which column of a table holds what? Matched by the headings, or by whoever knows better."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..practice.contact import name_key
from .unreadable import Unreadable


@dataclass(frozen=True)
class Column:
    """A field that can be imported.

    :param name: the field's, and what the heading should be.
    :param label: for people.
    :param read: from a cell that isn't empty to its value; raises ``CellRefused``.
    :param example: how a cell may look.
    :param required: whether each row has to fill it in.
    :param also: other headings that mean it, as other programs write them.
    """

    name: str
    label: str | Promise
    read: Callable[[Any], Any]
    example: str
    required: bool = False
    also: tuple[str, ...] = ()

    def is_called(self, heading: str) -> bool:
        key = name_key(heading)
        return bool(key) and key in {name_key(str(one)) for one in (self.name, self.label, *self.also)}


def guessed(headings: list[str], columns: Iterable[Column]) -> dict[str, int]:
    """Return where each column stands whose heading says so, and no other could: for somebody to correct."""
    found = {}
    for column in columns:
        places = [place for place, heading in enumerate(headings) if column.is_called(heading)]
        if len(places) == 1 and places[0] not in found.values():
            found[column.name] = places[0]
    return found


def matched(headings: list[str], columns: Iterable[Column], chosen: Mapping[str, str] | None = None) -> dict[str, int]:
    """Return where in a row each column stands, by its name; those that are in the table.

    :param chosen: name of a column → its heading in this table ("" for none), where somebody said so.
    :raises Unreadable: one heading would do for two, or two for one, or a required column is missing.
    """
    chosen, found, columns = chosen or {}, {}, list(columns)
    if unknown := chosen.keys() - {column.name for column in columns}:
        raise Unreadable(_("There is nothing called “%(name)s” to import.") % {"name": sorted(unknown)[0]})
    for column in columns:
        if column.name in chosen:
            places = [place for place, heading in enumerate(headings) if heading == chosen[column.name] != ""]
            if not places and chosen[column.name]:
                raise Unreadable(_("No column has the heading “%(heading)s”.") % {"heading": chosen[column.name]})
        else:
            places = [place for place, heading in enumerate(headings) if column.is_called(heading)]
        if len(places) > 1:
            raise Unreadable(
                _("Two columns have a heading for “%(name)s”. Rename the one that isn’t meant.") % {"name": column.name}
            )
        if places:
            found[column.name] = places[0]
    if missing := [column.name for column in columns if column.required and column.name not in found]:
        raise Unreadable(_("A column is missing: %(names)s.") % {"names": ", ".join(missing)})
    if len(set(found.values())) < len(found):
        raise Unreadable(_("One column was chosen for two things. Choose another for one of them."))
    return found
