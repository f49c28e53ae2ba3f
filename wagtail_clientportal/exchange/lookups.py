"""Finding the records that a row of a table names."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Model
from django.utils.translation import gettext as _

from ..practice.contact import name_key
from ..practice.models import Client, Clinician
from .kind import RowRefused


class ByName:
    """Records that people know by their names, in whatever spelling."""

    def __init__(self, records: Iterable[Model]):
        """:param records: each has a ``name``."""
        self._found = defaultdict(list)
        for record in records:
            self._found[name_key(record.name)].append(record)

    def find(self, name: str, column: str) -> Model:
        """
        :raises RowRefused: none is called so, or several are.
        """
        match self._found.get(name_key(name), []):
            case [record]:
                return record
            case []:
                known = ", ".join(sorted(one.name for records in self._found.values() for one in records))
                raise RowRefused(
                    column,
                    _("There is no “%(name)s”. There are: %(known)s.") % {"name": name, "known": known or _("none")},
                )
        raise RowRefused(column, _("Several are called “%(name)s”. Give each a name of its own.") % {"name": name})


class ByReference:
    """Clients or clinicians, by what another system calls them."""

    def __init__(self, model: type[Client | Clinician], references: Collection[str]):
        found = model.objects.filter(external_ref__in=set(references))
        self._found = {one.external_ref: one for one in found}
        self._model = model

    @property
    def pks(self) -> list[int]:
        return [one.pk for one in self._found.values()]

    def find(self, reference: str, column: str) -> Model:
        """
        :raises RowRefused: none is called so.
        """
        if record := self._found.get(reference):
            return record
        raise RowRefused(
            column,
            _("No %(what)s has the reference “%(reference)s”. Correct it, or import it first.")
            % {"what": self._model._meta.verbose_name, "reference": reference},
        )
