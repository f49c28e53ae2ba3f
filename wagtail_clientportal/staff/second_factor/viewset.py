"""The addresses of the second factor, and its place in the menu."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ..common.cannot_save import says_that_nothing_was_saved
from ..common.menu_items import shown_to
from ..common.urls import SECOND_FACTOR, second_factor_url
from .own import EnrolView, OwnView, VerifyView
from .people import PeopleView, ResetView, may_reset


class SecondFactorViewSet(ViewSet):
    icon = "key"
    menu_label = _("Second factors")
    menu_name = "client-portal-second-factors"
    menu_item_class = shown_to(may_reset)
    url_prefix = "clientportal/second-factor"
    url_namespace = SECOND_FACTOR

    @property
    def menu_url(self):
        return second_factor_url("people")

    def get_urlpatterns(self):
        patterns = [
            path("", self.construct_view(OwnView), name="own"),
            path("verify/", VerifyView.as_view(), name="verify"),
            path("set-up/", EnrolView.as_view(), name="enrol"),
            path("people/", self.construct_view(PeopleView), name="people"),
            path("people/<str:pk>/reset/", self.construct_view(ResetView), name="reset"),
        ]
        return decorate_urlpatterns(patterns, says_that_nothing_was_saved)


SECOND_FACTOR_VIEWS = SecondFactorViewSet()
