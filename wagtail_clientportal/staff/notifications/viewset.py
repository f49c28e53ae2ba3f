"""The notifications screen: what its reader was told, each leading to what it is about."""

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic import BaseListingView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ...actions.handle_notification import handle_notification
from ...actions.refusals import AlreadyHandled
from ...notifications.models import Notification
from ..common.cannot_save import says_that_nothing_was_saved
from ..common.listing import RegisterIndexView, RegisterPaginator
from ..common.local_time import day_and_time, site_zone
from ..common.menu_items import shown_to
from ..common.people import when_and_by
from ..common.trouble_warning import WarnsOfTrouble
from ..common.urls import name_of, namespace, notifications_url
from ..common.viewsets import uses_the_portal
from ..common.waiting import capped_count
from .lines import lines, with_what_they_are_about

BELL = "clientportal-bell"  # the name of an icon


def told_to(user):
    """The notifications of *user*, which nobody else sees."""
    return Notification.objects.filter(recipient=user)


def unread_notifications(user) -> int:
    """``capped_count`` notifications *user* hasn't read."""
    return capped_count(told_to(user).filter(read_at=None))


def clients_to_ring(user) -> int:
    """``capped_count`` clients *user* was asked to ring whom nobody has rung yet."""
    return capped_count(told_to(user).filter(read_at=None, kind=Notification.Kind.CLIENT_NOT_TOLD))


IDENTITY_TROUBLE = [Notification.Kind.FAILED_CHECKS, Notification.Kind.AMBIGUOUS_IDENTITY]


def identity_trouble(user) -> int:
    """``capped_count`` notifications *user* hasn't read say that an identity check went wrong."""
    return capped_count(told_to(user).filter(read_at=None, kind__in=IDENTITY_TROUBLE))


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


class NotificationIndexView(WarnsOfTrouble, OwnNotifications, BaseListingView):
    model = Notification
    page_title = _("Notifications")
    header_icon = BELL
    template_name = RegisterIndexView.template_name
    results_template_name = "wagtail_clientportal/staff/notifications.html"
    index_url_name = name_of(Notification, "index")
    index_results_url_name = name_of(Notification, "index_results")
    filterset_class = NotificationFilterSet
    default_ordering = ("-created_at", "-pk")
    paginator_class = RegisterPaginator
    paginate_by = RegisterIndexView.paginate_by
    verbose_name_plural = _("notifications")
    bulk_actions_offered = True

    def get_base_queryset(self):
        return with_what_they_are_about(told_to(self.request.user))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = self.request.GET.copy()
        shown.pop("_w_filter_fragment", None)
        return context | {
            "model_opts": Notification._meta,
            "lines": lines(list(context["object_list"]), self.request.user),
            "unread": readable(told_to(self.request.user)).filter(read_at=None).count(),
            # Of all readers' together: the index of the keys has it at hand.
            "newest": Notification.objects.order_by("-pk").values_list("pk", flat=True).first(),
            "here": f"{self.index_url}?{urlencode(shown, doseq=True)}",
        }


def readable(notifications):
    """Those of *notifications* that reading is all for: what is to do stays until it is done."""
    return notifications.exclude(kind__in=Notification.TO_DO)


class OwnNotificationView(OwnNotifications, View):
    """Does something with one notification of the reader's own, or with all; only ever asked by a form."""

    http_method_names = ("post",)

    def get_back(self):
        return HttpResponseRedirect(get_valid_next_url_from_request(self.request) or notifications_url())


class OpenView(OwnNotificationView):
    """Leads to what the notification is about, which counts as reading it."""

    def post(self, request, pk):
        notification = get_object_or_404(with_what_they_are_about(told_to(request.user)), pk=pk)
        mark_as_read(told_to(request.user).filter(pk=pk))
        url = lines([notification], request.user)[0].url
        if url:
            return HttpResponseRedirect(url)
        messages.warning(request, _("You can’t open any more what this was about."))
        return self.get_back()


class MarkAsReadView(OwnNotificationView):
    def post(self, request, pk):
        get_object_or_404(told_to(request.user), pk=pk)
        mark_as_read(told_to(request.user).filter(pk=pk))
        return self.get_back()


class MarkAllAsReadView(OwnNotificationView):
    def post(self, request):
        # What came since the page was made hasn't been seen by anybody.
        newest = request.POST.get("newest", "")
        if newest.isdecimal() and len(newest) < 19:
            number = mark_as_read(told_to(request.user).filter(pk__lte=newest))
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


def mark_as_read(notifications) -> int:
    return readable(notifications).filter(read_at=None).update(read_at=timezone.now())


class HandleView(OwnNotificationView):
    def post(self, request, pk):
        notification = get_object_or_404(told_to(request.user).filter(kind__in=Notification.TO_DO), pk=pk)
        try:
            handle_notification(notification, by=request.user)
        except AlreadyHandled as already:
            if already.by != request.user:  # or else it is a double click
                when = when_and_by(already.by, day_and_time(already.at, site_zone()))
                messages.warning(request, _("This was marked as handled before: %(when)s.") % {"when": when})
                return self.get_back()
        messages.success(request, _("It is marked as handled, for everybody who was asked."))
        return self.get_back()


def add_bell(icons: list[str]) -> list[str]:
    """Wagtail's ``register_icons`` hook."""
    return [*icons, f"wagtail_clientportal/staff/icons/{BELL}.svg"]


class NotificationViewSet(ViewSet):
    model = Notification
    icon = BELL
    menu_label = _("Notifications")
    menu_name = "client-portal-notifications"
    menu_item_class = shown_to(uses_the_portal)
    url_prefix = "clientportal/notifications"
    url_namespace = namespace(Notification)

    def get_urlpatterns(self):
        patterns = [
            path("", self.construct_view(NotificationIndexView), name="index"),
            path("results/", self.construct_view(NotificationIndexView, results_only=True), name="index_results"),
            path("read/", self.construct_view(MarkAllAsReadView), name="read_all"),
            path("<int:pk>/open/", self.construct_view(OpenView), name="open"),
            path("<int:pk>/handle/", self.construct_view(HandleView), name="handle"),
            path("<int:pk>/read/", self.construct_view(MarkAsReadView), name="read"),
        ]
        return decorate_urlpatterns(patterns, says_that_nothing_was_saved)


NOTIFICATIONS = NotificationViewSet()
