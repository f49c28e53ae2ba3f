from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path, re_path
from wagtail.fields import RichTextField
from wagtail.models import Page, Site

from ..portal.views import (
    appointments,
    calendar,
    cancel,
    change,
    draft,
    nothing_here,
    previews,
    sign_in,
    sign_out,
    stay,
    verify,
)

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]
SECOND_PAGE = _("This site has a client portal page in this language already: “%(page)s”. One is enough.")


class ClientPortalPageForm(WagtailAdminPageForm):
    """Refuses a second portal page before it has a place in the tree."""

    def clean(self):
        cleaned = super().clean()
        if self.parent_page and (other := self.instance.other_portal_page(self.parent_page)):
            raise ValidationError(SECOND_PAGE, params={"page": other})
        return cleaned


class ClientPortalPage(RoutablePageMixin, Page):
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
    base_form_class = ClientPortalPageForm
    subpage_types = []
    max_count_per_parent = 1
    # A restriction would stand between a client and their link: see pages/restrictions.py.
    private_page_options = []
    search_fields = []
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

    @path("appointments/<uuid:public_id>/draft/", name="draft")
    def draft_route(self, request, public_id):
        return draft.keep(self, request, public_id=public_id)

    @path("appointments/<uuid:public_id>/calendar/", name="calendar")
    def calendar_route(self, request, public_id):
        return calendar.download(self, request, public_id=public_id)

    @path("stay/", name="stay")
    def stay_route(self, request):
        return stay.stay(self, request)

    @path("sign-out/", name="sign_out")
    def sign_out_route(self, request):
        return sign_out.sign_out(self, request)

    @re_path(r"^.+$", name="nothing_here")
    def nothing_here_route(self, request):
        return nothing_here.nothing_here(self, request)

    # Wagtail would answer TRACE and OPTIONS by itself, without the portal's headers: each screen knows its own verbs.
    def check_request_method(self, request, *args, **kwargs):
        return None

    def handle_options_request(self, request, serve_args, serve_kwargs):
        return self.serve(request, *serve_args, **serve_kwargs)

    def serve_preview(self, request, mode_name):
        return previews.show(self, request, mode_name)

    def get_sitemap_urls(self, request=None):
        return []

    def clean(self):
        super().clean()
        if self.path and self.depth and self.depth > 1 and (other := self.other_portal_page(self.get_parent())):
            raise ValidationError(SECOND_PAGE, params={"page": other})

    def other_portal_page(self, parent: Page) -> "ClientPortalPage | None":
        """Return the portal page that the site of *parent* already has in this page's language, if any."""
        others = type(self).objects.exclude(pk=self.pk).filter(locale=self.locale_id or parent.locale_id)
        roots = Q()
        for site in Site.objects.select_related("root_page"):
            for root in site.root_page.get_translations(inclusive=True):
                if parent.path.startswith(root.path):
                    roots |= Q(path__startswith=root.path)
        return others.filter(roots).first() if roots else None
