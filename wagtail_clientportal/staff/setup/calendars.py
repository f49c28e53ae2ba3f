"""A clinician's diary in other calendars: the screen on which its secret address is made and ended."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView
from wagtail.admin import messages
from wagtail.admin.panels import Panel
from wagtail.admin.views.account import BaseSettingsPanel
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import log
from wagtail.models import Site
from wagtail.utils.urlpatterns import decorate_urlpatterns

from ...access.feeds import clinician_feeds, feed_url, make_clinician_feed
from ...availability.models import OutsideBusy, OutsideCalendar
from ...diary.models import Appointment
from ...exchange.fetch import NotFetched
from ...exchange.outside_calendars import forget_outside_calendar, set_outside_calendar
from ...outbox.schedule import has_worker
from ...practice import log_codes
from ...practice.models import Clinician
from ..common.cannot_save import says_that_nothing_was_saved
from ..common.local_time import day_and_time, site_zone
from ..common.nothing_to_save import NothingToSave
from ..common.people import when_and_by
from ..common.reach import reaches
from ..common.urls import CALENDARS, calendars_url
from ..common.viewsets import may, may_see


def may_arrange(user, clinician: Clinician) -> bool:
    """Whether *user* arranges which calendars show the diary of *clinician*: their own, or as who looks after it."""
    if clinician.user_id == user.pk:
        return may_see(user, Appointment)
    return may(user, "change", Clinician) and may_see(user, Appointment) and reaches(user, clinician)


class AddressForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        help_text=gettext_lazy("As Google Calendar calls “secret address in iCal format”, or Outlook the “ICS link”."),
        error_messages={"required": gettext_lazy("Enter the address of a calendar.")},
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )


class CalendarsView(WagtailAdminTemplateMixin, TemplateView):
    template_name = "wagtail_clientportal/staff/calendars.html"
    page_title = gettext_lazy("Other calendars")
    header_icon = "calendar"
    _show_breadcrumbs = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not (may_see(request.user, Clinician) or may_see(request.user, Appointment)):
            raise PermissionDenied
        self.clinician = get_object_or_404(Clinician, pk=kwargs["pk"])
        if not may_arrange(request.user, self.clinician):
            raise PermissionDenied

    def post(self, request, *args, **kwargs):
        done = {"end": self._end, "read": self._read, "forget": self._forget}.get(request.POST.get("do"), self._make)
        return done()

    def _make(self):
        token = make_clinician_feed(self.clinician, by=self.request.user, now=timezone.now())
        log(self.clinician, log_codes.FEED_MADE, user=self.request.user)
        site = Site.objects.filter(is_default_site=True).first() or Site.objects.first()
        # Not after a redirect: the address is shown this once, and is kept nowhere.
        return self.render_to_response(self.get_context_data(feed_url=feed_url(site, token)))

    def _end(self):
        clinician_feeds(self.clinician).delete()
        log(self.clinician, log_codes.FEED_ENDED, user=self.request.user)
        return self._done(_("The address is ended. No program reads the diary by it any more."))

    def _read(self):
        form = AddressForm(self.request.POST)
        if form.is_valid():
            try:
                set_outside_calendar(self.clinician, form.cleaned_data["url"])
            except NotFetched as wrong:
                form.add_error("url", wrong.problem.label)
            else:
                log(self.clinician, log_codes.OUTSIDE_CALENDAR_SET, user=self.request.user)
                return self._done(_("The calendar is read in a moment, and then every quarter of an hour."))
        return self.render_to_response(self.get_context_data(form=form))

    def _forget(self):
        forget_outside_calendar(self.clinician)
        log(self.clinician, log_codes.OUTSIDE_CALENDAR_FORGOTTEN, user=self.request.user)
        return self._done(_("The other calendar isn’t read any more, and what it said is forgotten."))

    def _done(self, words: str):
        messages.success(self.request, words)
        return redirect(calendars_url(self.clinician.pk))

    def get_page_subtitle(self):
        return self.clinician.name

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": "", "label": self.page_title, "sublabel": self.clinician.name},
        ]

    def get_context_data(self, form=None, **kwargs):
        feed = clinician_feeds(self.clinician).select_related("made_by").first()
        zone = site_zone()
        outside = OutsideCalendar.objects.filter(clinician=self.clinician).first()
        return super().get_context_data(
            form=form or AddressForm(),
            outside=outside,
            read=day_and_time(outside.read_at, zone) if outside else "",
            tried=day_and_time(outside.tried_at, zone) if outside else "",
            busy_times=OutsideBusy.objects.filter(clinician=self.clinician).count(),
            has_worker=has_worker(),
            feed=feed,
            made=when_and_by(feed.made_by, day_and_time(feed.created_at, zone)) if feed else "",
            last_read=day_and_time(feed.last_read_at, zone) if feed else "",
            is_over=bool(feed and not feed.is_alive()),
            clinician=self.clinician,
            **kwargs,
        )


class CalendarsViewSet(ViewSet):
    url_prefix = "clientportal/calendars"
    url_namespace = CALENDARS

    def get_urlpatterns(self):
        patterns = [path("<int:pk>/", self.construct_view(CalendarsView), name="clinician")]
        return decorate_urlpatterns(patterns, says_that_nothing_was_saved)


class CalendarsPanel(Panel):
    """In the form for a clinician: the way there."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtail_clientportal/staff/calendars_panel.html"

        def is_shown(self):
            return bool(self.instance.pk) and may_arrange(self.request.user, self.instance)

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {"url": calendars_url(self.instance.pk)}


class OwnCalendarsPanel(BaseSettingsPanel):
    """In the account of somebody who is a clinician: likewise."""

    name = "client_portal_calendars"
    title = gettext_lazy("Your diary in other calendars")
    order = 650
    template_name = "wagtail_clientportal/staff/own_calendars.html"
    form_class = NothingToSave

    @property
    def clinician(self) -> Clinician | None:
        return Clinician.objects.filter(user=self.user).first()

    def is_active(self):
        return self.clinician is not None and may_arrange(self.user, self.clinician)

    def get_context_data(self):
        return super().get_context_data() | {"url": calendars_url(self.clinician.pk)}


def own_calendars_panel(request, user, profile) -> OwnCalendarsPanel:
    """Wagtail's ``register_account_settings_panel`` hook."""
    return OwnCalendarsPanel(request, user, profile)
