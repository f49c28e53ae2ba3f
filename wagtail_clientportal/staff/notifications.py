"""The notifications screen: what its reader was told, each leading to what it is about."""

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic import BaseListingView
from wagtail.admin.viewsets.base import ViewSet

from ..notifications.models import Notification
from .notification_lines import lines, with_what_they_are_about


def uses_the_portal(user) -> bool:
    """Whether *user* has any permission of ours: who has none is told nothing."""
    return user.has_module_perms("wagtail_clientportal")


def told_to(user):
    """The notifications of *user*, which nobody else sees."""
    return Notification.objects.filter(recipient=user)


def unread_notifications(user) -> int:
    """How many notifications *user* hasn't read."""
    return told_to(user).filter(read_at=None).count()


class OwnNotifications:
    """Lets in whoever uses the portal, to their own notifications."""

    def dispatch(self, request, *args, **kwargs):
        if not uses_the_portal(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class NotificationFilterSet(WagtailFilterSet):
    read = django_filters.ChoiceFilter(
        label=_("Read"),
        method="filter_read",
        choices=[("no", _("Unread")), ("yes", _("Read"))],
        empty_label=_("All"),
        widget=forms.RadioSelect,
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("What"), choices=Notification.Kind.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Notification
        fields = []

    def filter_read(self, queryset, name, value):
        return queryset.filter(read_at__isnull=value == "no")


class NotificationIndexView(OwnNotifications, BaseListingView):
    model = Notification
    page_title = _("Notifications")
    header_icon = "info-circle"
    results_template_name = "wagtail_clientportal/staff/notifications.html"
    index_url_name = "clientportal_notification:index"
    index_results_url_name = "clientportal_notification:index_results"
    filterset_class = NotificationFilterSet
    default_ordering = ("-created_at", "-pk")
    paginate_by = 50
    verbose_name_plural = _("notifications")

    def get_base_queryset(self):
        return with_what_they_are_about(told_to(self.request.user))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = self.request.GET.copy()
        shown.pop("_w_filter_fragment", None)
        unread = told_to(self.request.user).filter(read_at=None)
        return context | {
            "lines": lines(list(context["object_list"]), self.request.user),
            **unread.aggregate(unread=Count("pk"), newest=Max("pk")),
            "here": f"{self.index_url}?{urlencode(shown, doseq=True)}",
        }


class OwnNotificationView(OwnNotifications, View):
    """Does something with one notification of the reader's own, or with all; only ever asked by a form."""

    http_method_names = ("post",)

    def get_back(self):
        return HttpResponseRedirect(
            get_valid_next_url_from_request(self.request) or reverse("clientportal_notification:index")
        )


class OpenView(OwnNotificationView):
    """Leads to what the notification is about, which counts as reading it."""

    def post(self, request, pk):
        notification = get_object_or_404(with_what_they_are_about(told_to(request.user)), pk=pk)
        _mark_as_read(told_to(request.user).filter(pk=pk))
        url = lines([notification], request.user)[0].url
        if url:
            return HttpResponseRedirect(url)
        messages.warning(request, _("You can’t open any more what this was about."))
        return self.get_back()


class MarkAsReadView(OwnNotificationView):
    def post(self, request, pk):
        get_object_or_404(told_to(request.user), pk=pk)
        _mark_as_read(told_to(request.user).filter(pk=pk))
        return self.get_back()


class MarkAllAsReadView(OwnNotificationView):
    def post(self, request):
        # What came since the page was made hasn't been seen by anybody.
        newest = request.POST.get("newest", "")
        if newest.isdecimal() and len(newest) < 19:
            number = _mark_as_read(told_to(request.user).filter(pk__lte=newest))
            messages.success(
                request,
                ngettext(
                    "%(number)d notification is marked as read.",
                    "%(number)d notifications are marked as read.",
                    number,
                )
                % {"number": number},
            )
        return self.get_back()


def _mark_as_read(notifications) -> int:
    return notifications.filter(read_at=None).update(read_at=timezone.now())


class NotificationMenuItem(MenuItem):
    def is_shown(self, request):
        return uses_the_portal(request.user)


class NotificationViewSet(ViewSet):
    model = Notification
    icon = "info-circle"
    menu_label = _("Notifications")
    menu_name = "client-portal-notifications"
    menu_item_class = NotificationMenuItem
    url_prefix = "clientportal/notifications"
    url_namespace = "clientportal_notification"

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(NotificationIndexView), name="index"),
            path("results/", self.construct_view(NotificationIndexView, results_only=True), name="index_results"),
            path("read/", self.construct_view(MarkAllAsReadView), name="read_all"),
            path("<int:pk>/open/", self.construct_view(OpenView), name="open"),
            path("<int:pk>/read/", self.construct_view(MarkAsReadView), name="read"),
        ]


NOTIFICATIONS = NotificationViewSet()
