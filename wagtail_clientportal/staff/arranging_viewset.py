"""The screens on which staff arrange appointments, beside the register, which only reads."""

from django.urls import path
from wagtail.admin.viewsets.base import ViewSet

from .arrange_links import RevokeLinksView, SendAgainView
from .arrange_place import ChangeView, NewView
from .arrange_status import CancelView, SetStatusView, UndoView


class ArrangingViewSet(ViewSet):
    url_prefix = "clientportal/appointments"
    url_namespace = "clientportal_appointment"

    def get_urlpatterns(self):
        return [
            path("new/", self.construct_view(NewView), name="new"),
            path("<int:pk>/change/", self.construct_view(ChangeView), name="change"),
            path("<int:pk>/cancel/", self.construct_view(CancelView), name="cancel"),
            path("<int:pk>/undo/", self.construct_view(UndoView), name="undo"),
            path("<int:pk>/status/", self.construct_view(SetStatusView), name="set_status"),
            path("<int:pk>/send-again/", self.construct_view(SendAgainView), name="send_again"),
            path("<int:pk>/revoke-links/", self.construct_view(RevokeLinksView), name="revoke_links"),
        ]
