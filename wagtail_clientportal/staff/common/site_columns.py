"""A site may add columns of its own to a register: a Wagtail hook."""

from collections.abc import Iterable

from wagtail import hooks
from wagtail.admin.ui.tables import Column

HOOK = "clientportal_register_columns"


class SiteColumn(Column):
    """A column of Wagtail's tables that says what its cells read from other records.

    :param reads: those relations from the row's record, as ``prefetch_related`` takes them ("client__membership"). They
        are fetched for a whole page at once; what a cell reads beyond them costs a query a row.
    """

    def __init__(self, *args, reads: Iterable[str] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.reads = tuple(reads)


def site_columns(request, register: str) -> list[Column]:
    """Return the columns that the site's own ``fn(request, register)`` give.

    :param register: "appointments", "clients", "messages" or "communications".
    """
    return [column for fn in hooks.get_hooks(HOOK) for column in fn(request, register)]


def fetched_along(columns: Iterable[Column]) -> set[str]:
    """Return the relations that the cells of *columns* read."""
    return {one for column in columns if isinstance(column, SiteColumn) for one in column.reads}
