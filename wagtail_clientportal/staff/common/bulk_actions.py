"""What is done with the ticked rows of a list: Wagtail's bulk actions, for records that not everybody reaches."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.utils.decorators import method_decorator
from wagtail.admin.views.bulk_action import BulkAction

from .cannot_save import says_that_nothing_was_saved


@method_decorator(says_that_nothing_was_saved, name="dispatch")
class RowsAction(BulkAction):
    """Asks first, naming the rows, and does it to those that whoever asks reaches and that it is for.

    Wagtail's own would do it to every row there is, where the address says so, and name what isn't permitted.
    """

    template_name = "wagtail_clientportal/staff/bulk_action.html"
    icon = ""
    question = ""  # asked above the rows
    nothing_to_do = ""  # said where it is for none of them
    done = ""  # said when it is done; a lazy plural by "number"

    def is_permitted(self) -> bool:
        raise NotImplementedError

    def rows(self) -> QuerySet:
        """All records that it may be done to."""
        raise NotImplementedError

    def name_of(self, row: Model) -> str:
        """Return what *row* is called in the question."""
        raise NotImplementedError

    def do(self, row: Model) -> bool:
        """Do it, and return whether there was anything left to do: somebody may just have done it."""
        raise NotImplementedError

    def dispatch(self, request, *args, **kwargs):
        if not self.is_permitted():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_actionable_objects(self):
        # Eighteen digits, because SQLite takes no larger number.
        ticked = [one for one in self.request.GET.getlist("id") if one.isascii() and one.isdecimal() and len(one) < 19]
        return list(self.rows().filter(pk__in=ticked)), {"items_with_no_access": []}

    def object_context(self, obj):
        return super().object_context(obj) | {"name": self.name_of(obj)}

    def get_success_message(self, num_parent_objects, num_child_objects):
        return self.done % {"number": num_parent_objects}

    def get_execution_context(self):
        return {"do": self.do}

    @classmethod
    def execute_action(cls, objects, do, **kwargs):
        return sum(do(row) for row in objects), 0
