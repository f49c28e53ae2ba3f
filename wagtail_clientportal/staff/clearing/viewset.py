"""The addresses of clearing a day, and its place in the menu."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ...clearing.models import Clearing
from ..common.cannot_save import says_that_nothing_was_saved
from ..common.menu_items import shown_to
from ..common.urls import namespace
from .begin import BeginView
from .run import PreviewView, RunView
from .view import may_clear


class ClearingViewSet(ViewSet):
    icon = "calendar-check"
    menu_label = _("Clear a day")
    menu_name = "client-portal-clear-a-day"
    menu_item_class = shown_to(may_clear)
    url_prefix = "clientportal/clear-a-day"
    url_namespace = namespace(Clearing)

    def get_urlpatterns(self):
        patterns = [
            path("", self.construct_view(BeginView), name="index"),
            path("<int:pk>/", self.construct_view(RunView), name="run"),
            path("<int:pk>/preview/", self.construct_view(PreviewView), name="preview"),
        ]
        return decorate_urlpatterns(patterns, says_that_nothing_was_saved)
