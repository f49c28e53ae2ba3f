"""The diary's addresses, and its place in the menu."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from ....diary.models import Appointment
from ...common.menu_items import shown_to
from ...common.urls import DIARY
from ...common.viewsets import may_see
from .card import CardView
from .view import DiaryView


class DiaryViewSet(ViewSet):
    icon = "calendar"
    menu_label = _("Diary")
    menu_name = "client-portal-diary"
    menu_item_class = shown_to(lambda user: may_see(user, Appointment))
    url_prefix = "clientportal/diary"
    url_namespace = DIARY

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(DiaryView), name="index"),
            path("<int:pk>/", self.construct_view(CardView), name="card"),
        ]


DIARY_VIEWS = DiaryViewSet()
