from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import path, re_path
from wagtail.fields import RichTextField
from wagtail.models import Page

from ..booking.views import check, confirm, details, done, nothing_here, pay, previews, sent, what, when
from .screens_page import TEXT_FEATURES, ScreensPage


class OnlineBookingPage(ScreensPage):
    """Where new appointments are booked: editors give it its words, and its routes are the screens."""

    intro = RichTextField(_("introduction"), blank=True, features=TEXT_FEATURES, help_text=_("Above what is offered."))
    help_text = RichTextField(
        _("help"), blank=True, features=TEXT_FEATURES, help_text=_("Below every screen: what to do when stuck.")
    )
    booked_text = RichTextField(
        _("after booking"), blank=True, features=TEXT_FEATURES, help_text=_("For example what to bring along.")
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("help_text"),
        FieldPanel("booked_text"),
    ]

    preview_modes = previews.MODES

    class Meta:
        verbose_name = _("online booking page")
        verbose_name_plural = _("online booking pages")

    @path("", name="what")
    def what_route(self, request):
        return what.choose(self, request)

    @path("when/", name="when")
    def when_route(self, request):
        return when.choose(self, request)

    @path("details/", name="details")
    def details_route(self, request):
        return details.fill_in(self, request)

    @path("check/<uuid:public_id>/", name="check")
    def check_route(self, request, public_id):
        return check.check(self, request, public_id=public_id)

    @path("sent/<uuid:public_id>/", name="sent")
    def sent_route(self, request, public_id):
        return sent.sent(self, request, public_id=public_id)

    @path("confirm/<uuid:public_id>/", name="confirm")
    def confirm_route(self, request, public_id):
        return confirm.confirm(self, request, public_id=public_id)

    @path("link-ended/", name="link_ended")
    def link_ended_route(self, request):
        return confirm.link_ended(self, request)

    @path("pay/<uuid:public_id>/", name="pay")
    def pay_route(self, request, public_id):
        return pay.pay(self, request, public_id=public_id)

    @path("done/<uuid:public_id>/", name="done")
    def done_route(self, request, public_id):
        return done.done(self, request, public_id=public_id)

    @path("done/<uuid:public_id>/calendar/", name="calendar")
    def calendar_route(self, request, public_id):
        return done.calendar(self, request, public_id=public_id)

    @re_path(r"^.+$", name="nothing_here")
    def nothing_here_route(self, request):
        return nothing_here.nothing_here(self, request)

    def serve_preview(self, request, mode_name):
        return previews.show(self, request, mode_name)
