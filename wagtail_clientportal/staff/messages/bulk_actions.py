"""What is done with several messages at once: those that clients wrote, and those that didn't reach them."""

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ...actions.handle_message import handle_message
from ...actions.refusals import AlreadyHandled
from ...diary.models import ClientMessage
from ...outbox.models import OutboundMessage
from ..common.bulk_actions import RowsAction
from ..common.reach import within_reach
from ..common.viewsets import may
from .communications import send_again, to_send_again


class HandleMessages(RowsAction):
    models = [ClientMessage]
    action_type = "handle"
    display_name = _("Mark as handled")
    aria_label = _("Mark the selected messages as handled")
    icon = "comment"
    question = _("Mark these messages as handled?")
    nothing_to_do = _("They are all marked as handled already.")
    done = ngettext_lazy(
        "%(number)d message is marked as handled.", "%(number)d messages are marked as handled.", "number"
    )

    def is_permitted(self):
        return may(self.request.user, "change", ClientMessage)

    def rows(self):
        waiting = ClientMessage.objects.filter(handled_at=None).select_related("client")
        return within_reach(self.request.user, waiting)

    def name_of(self, row):
        return f"{row.client.full_name}: {Truncator(row.body).chars(60)}"

    def do(self, row):
        try:
            handle_message(row, by=self.request.user)
        except AlreadyHandled:
            return False
        return True


class SendAgain(RowsAction):
    models = [OutboundMessage]
    action_type = "send_again"
    display_name = _("Send again")
    aria_label = _("Send again what failed of the selected communications")
    icon = "mail"
    question = _("Send these again?")
    nothing_to_do = _("None of them has failed in a way that sending again could mend.")
    done = ngettext_lazy(
        "%(number)d message will be sent again within a minute or so.",
        "%(number)d messages will be sent again within a minute or so.",
        "number",
    )

    def is_permitted(self):
        return may(self.request.user, "change", OutboundMessage)

    def rows(self):
        return within_reach(self.request.user, to_send_again(OutboundMessage.objects.select_related("client")))

    def name_of(self, row):
        about = row.get_about_display()
        return f"{about}: {row.client.full_name}" if row.client else str(about)

    def do(self, row):
        return send_again(row)
