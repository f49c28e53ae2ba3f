"""The lists of the registers: Wagtail's own, for tables that are long and that nobody reads to their end."""

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.views import generic

from .reach import within_reach
from .site_columns import fetched_along, site_columns
from .trouble_warning import WarnsOfTrouble
from .viewsets import may


class RegisterPaginator(WagtailPaginator):
    """Pages of a list that may be long, and whose rows are wide.

    One statement finds the keys, without the rows and what they join, and stops where nobody reads on; a second one
    fetches the rows of the page.
    """

    limit = 2000
    # The rows in the order in which they are listed, where one statement can't say it by an index: first all of one
    # query, then all of the next.
    parts: list[QuerySet] | None = None

    @cached_property
    def keys(self) -> list:
        found = []
        for part in self.parts or [self.object_list]:
            found += part.values_list("pk", flat=True)[: self.limit + 1 - len(found)]
        return found

    @cached_property
    def count(self) -> int:
        return min(len(self.keys), self.limit)

    @cached_property
    def items_count_label(self):
        if len(self.keys) <= self.limit:
            return super().items_count_label
        return _("The first %(limit)s %(what)s. To find others, search or filter.") % {
            "limit": f"{self.limit:,}",
            "what": self.verbose_name_plural,
        }

    def page(self, number):
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self.keys[: self.count][first : first + self.per_page]
        rows = {row.pk: row for row in self.object_list.order_by().filter(pk__in=keys)} if keys else {}
        return self._get_page([rows[key] for key in keys if key in rows], number, self)


class RegisterIndexView(WarnsOfTrouble, generic.IndexView):
    """A list that is read, searched and filtered; its first column leads to the record.

    ``Register`` says whose list it is and where.
    """

    template_name = "wagtail_clientportal/staff/register.html"
    results_template_name = "wagtail_clientportal/staff/register_results.html"
    paginator_class = RegisterPaginator
    paginate_by = 20  # rows, as in Wagtail’s own lists
    is_searchable = True
    # By which name the columns that a site adds know it
    register = ""
    # What the rows say of other records
    related: tuple[str, ...] = ()
    # What is said while there is nothing at all to list
    nothing_yet = ""
    # Whether rows can be ticked, to do something with all of them: by whoever may change one
    has_bulk_actions = False

    def found_by(self, text: str) -> Q:
        """Match the records that whoever asks finds by *text*."""
        raise NotImplementedError

    def own_columns(self) -> list[Column]:
        raise NotImplementedError

    def in_order(self, rows: QuerySet) -> list[QuerySet]:
        """Split *rows* into the parts in which they are listed one after the other."""
        return [rows]

    @cached_property
    def columns(self):
        columns = [*self.own_columns(), *site_columns(self.request, self.register)]
        return [BulkActionsCheckboxColumn("ticked", obj_type="row"), *columns] if self.bulk_actions_offered else columns

    @cached_property
    def bulk_actions_offered(self) -> bool:
        return self.has_bulk_actions and may(self.request.user, "change", self.model)

    def first_column(self, accessor, **kwargs) -> TitleColumn:
        """Return the column that leads to the record. A checkbox of the row is known by what it says."""
        return TitleColumn(
            "title",
            accessor=accessor,
            get_url=self.get_inspect_url,
            get_title_id=lambda row: f"row_{row.pk}_title",
            **kwargs,
        )

    def get_base_queryset(self):
        rows = within_reach(self.request.user, self.model._default_manager.all())
        return rows.select_related(*self.related).prefetch_related(*fetched_along(self.columns))

    def search_queryset(self, queryset):
        return queryset.filter(self.found_by(self.search_query)) if self.is_searching else queryset

    def get_paginator(self, queryset, *args, **kwargs):
        paginator = super().get_paginator(queryset, *args, **kwargs)
        paginator.parts = self.in_order(queryset)
        return paginator

    @cached_property
    def no_results_message(self):
        if self.nothing_yet and not self.is_searching and not self.is_filtering:
            return self.nothing_yet
        return super().no_results_message

    @cached_property
    def verbose_name_plural(self):
        return self.model._meta.verbose_name_plural
