"""The diary's addresses, and its place in the menu."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from ....diary.models import Appointment
from ...common.urls import DIARY
from ...common.viewsets import may_see
from .card import CardView
from .view import DiaryView


class DiaryMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see(request.user, Appointment)


class DiaryViewSet(ViewSet):
    icon = "calendar"
    menu_label = _("Diary")
    menu_name = "client-portal-diary"
    menu_item_class = DiaryMenuItem
    url_prefix = "clientportal/diary"
    url_namespace = DIARY

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(DiaryView), name="index"),
            path("<int:pk>/", self.construct_view(CardView), name="card"),
        ]


DIARY_VIEWS = DiaryViewSet()
