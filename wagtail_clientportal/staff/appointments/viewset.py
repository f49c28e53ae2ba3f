"""The screens on which staff arrange appointments, beside the register, which only reads."""

from django.urls import path
from wagtail.admin.viewsets.base import ViewSet
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ...diary.models import Appointment
from ..common.cannot_save import says_that_nothing_was_saved
from ..common.urls import namespace
from .booking import NewView
from .cancel_and_status import CancelView, SetStatusView, UndoView
from .links import RevokeLinksView, SendAgainView
from .moving import ChangeView
from .note import NoteView
from .take_payment import TakePaymentView


class AppointmentActionsViewSet(ViewSet):
    url_prefix = "clientportal/appointments"
    url_namespace = namespace(Appointment)

    def get_urlpatterns(self):
        patterns = [
            path("new/", self.construct_view(NewView), name="new"),
            path("<int:pk>/change/", self.construct_view(ChangeView), name="change"),
            path("<int:pk>/cancel/", self.construct_view(CancelView), name="cancel"),
            path("<int:pk>/undo/", self.construct_view(UndoView), name="undo"),
            path("<int:pk>/status/", self.construct_view(SetStatusView), name="set_status"),
            path("<int:pk>/note/", self.construct_view(NoteView), name="note"),
            path("<int:pk>/send-again/", self.construct_view(SendAgainView), name="send_again"),
            path("<int:pk>/take-payment/", self.construct_view(TakePaymentView), name="take_payment"),
            path("<int:pk>/revoke-links/", self.construct_view(RevokeLinksView), name="revoke_links"),
        ]
        return decorate_urlpatterns(patterns, says_that_nothing_was_saved)
