from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import path, re_path
from wagtail.fields import RichTextField
from wagtail.models import Page

from ..portal.views import (
    appointments,
    calendar,
    calendar_feed,
    cancel,
    change,
    draft,
    nothing_here,
    preferences,
    previews,
    sign_in,
    sign_out,
    stay,
    undo,
    verify,
)
from .screens_page import TEXT_FEATURES, ScreensPage


class ClientPortalPage(ScreensPage):
    """The portal's place in the site: editors give it its words, and its routes are the client's screens."""

    intro = RichTextField(_("introduction"), blank=True, features=TEXT_FEATURES, help_text=_("Above the sign-in form."))
    help_text = RichTextField(
        _("help"), blank=True, features=TEXT_FEATURES, help_text=_("Below every screen: what to do when stuck.")
    )
    signed_out_text = RichTextField(_("after signing out"), blank=True, features=TEXT_FEATURES)

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("help_text"),
        FieldPanel("signed_out_text"),
    ]
    preview_modes = previews.MODES

    class Meta:
        verbose_name = _("client portal page")
        verbose_name_plural = _("client portal pages")

    @path("", name="sign_in")
    def index_route(self, request):
        return sign_in.sign_in(self, request)

    @path("sent/", name="sent")
    def sent_route(self, request):
        return sign_in.sent(self, request)

    @path("send-link/", name="send_link")
    def send_link_route(self, request):
        return sign_in.send_to_stored(self, request)

    @path("new-link/", name="new_link")
    def new_link_route(self, request):
        return sign_in.replace(self, request)

    @path("verify/", name="verify")
    def verify_route(self, request):
        return verify.verify(self, request)

    @path("appointments/", name="appointments")
    def appointments_route(self, request):
        return appointments.appointments(self, request)

    @path("appointments/<uuid:public_id>/", name="appointment")
    def appointment_route(self, request, public_id):
        return appointments.appointment(self, request, public_id=public_id)

    @path("appointments/<uuid:public_id>/change/", name="change")
    def change_route(self, request, public_id):
        return change.choose_time(self, request, public_id=public_id)

    @path("appointments/<uuid:public_id>/change/confirm/", name="confirm_change")
    def confirm_change_route(self, request, public_id):
        return change.confirm(self, request, public_id=public_id)

    @path("appointments/<uuid:public_id>/cancel/", name="cancel")
    def cancel_route(self, request, public_id):
        return cancel.confirm(self, request, public_id=public_id)

    @path("appointments/<uuid:public_id>/undo/", name="undo")
    def undo_route(self, request, public_id):
        return undo.undo(self, request, public_id=public_id)

    @path("appointments/<uuid:public_id>/draft/", name="draft")
    def draft_route(self, request, public_id):
        return draft.keep(self, request, public_id=public_id)

    @path("appointments/<uuid:public_id>/calendar/", name="calendar")
    def calendar_route(self, request, public_id):
        return calendar.download(self, request, public_id=public_id)

    @path("preferences/", name="preferences")
    def preferences_route(self, request):
        return preferences.preferences(self, request)

    @path("calendar/", name="calendar_feed")
    def calendar_feed_route(self, request):
        return calendar_feed.calendar_feed(self, request)

    @path("stay/", name="stay")
    def stay_route(self, request):
        return stay.stay(self, request)

    @path("sign-out/", name="sign_out")
    def sign_out_route(self, request):
        return sign_out.sign_out(self, request)

    @re_path(r"^.+$", name="nothing_here")
    def nothing_here_route(self, request):
        return nothing_here.nothing_here(self, request)

    def serve_preview(self, request, mode_name):
        return previews.show(self, request, mode_name)
