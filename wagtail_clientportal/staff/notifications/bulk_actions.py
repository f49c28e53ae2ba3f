"""What is done with several notifications at once."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...notifications.models import Notification
from ..common.bulk_actions import RowsAction
from ..common.viewsets import uses_the_portal
from .lines import lines, with_what_they_are_about
from .viewset import mark_as_read, readable, told_to


class ReadNotifications(RowsAction):
    """Of the reader's own. What is to do stays until it is done."""

    models = [Notification]
    action_type = "read"
    display_name = _("Mark as read")
    aria_label = _("Mark the selected notifications as read")
    icon = "info-circle"
    question = _("Mark these notifications as read?")
    nothing_to_do = _("There is none among them that is new and that reading is all for.")
    done = ngettext_lazy(
        "%(number)d notification is marked as read.", "%(number)d notifications are marked as read.", "number"
    )

    def is_permitted(self):
        return uses_the_portal(self.request.user)

    def rows(self):
        return with_what_they_are_about(readable(told_to(self.request.user)).filter(read_at=None))

    def annotate_items(self, items):
        self.labels = {line.pk: line.what for line in lines(items, self.request.user)}
        return items

    def name_of(self, row):
        return self.labels[row.pk]

    def do(self, row):
        return bool(mark_as_read(Notification.objects.filter(pk=row.pk)))
