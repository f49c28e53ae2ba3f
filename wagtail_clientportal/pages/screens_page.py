"""What a page whose routes are the client's screens has besides its words."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, PageViewRestriction, Site

from ..compiled_once import compiled_once

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]
SECOND_PAGE = _("This site has a %(kind)s in this language already: “%(page)s”. One is enough.")


@compiled_once
def _any_restriction():
    return PageViewRestriction.objects.order_by("pk")[:1]


class ScreensPageForm(WagtailAdminPageForm):
    """Refuses a second such page before it has a place in the tree."""

    def clean(self):
        cleaned = super().clean()
        if self.parent_page and (other := self.instance.other_page(self.parent_page)):
            raise self.instance.second_page(other)
        return cleaned


class ScreensPage(RoutablePageMixin, Page):
    """One a site and language; open to everybody, since it has a door of its own."""

    base_form_class = ScreensPageForm
    subpage_types = []
    max_count_per_parent = 1
    # A restriction would stand between a client and their link: see pages/restrictions.py.
    private_page_options = []
    search_fields = []

    class Meta:
        abstract = True

    def get_view_restrictions(self):
        """As Wagtail's, which asks for each page above first, on every request: as a rule there are none at all."""
        return super().get_view_restrictions() if _any_restriction() else PageViewRestriction.objects.none()

    # Wagtail would answer TRACE and OPTIONS by itself, without the portal's headers: each screen knows its own verbs.
    def check_request_method(self, request, *args, **kwargs):
        return None

    def handle_options_request(self, request, serve_args, serve_kwargs):
        return self.serve(request, *serve_args, **serve_kwargs)

    def get_sitemap_urls(self, request=None):
        return []

    def clean(self):
        super().clean()
        if self.path and self.depth and self.depth > 1 and (other := self.other_page(self.get_parent())):
            raise self.second_page(other)

    def second_page(self, other: Page) -> ValidationError:
        """Return the error that says that there is *other* already."""
        return ValidationError(SECOND_PAGE, params={"kind": self._meta.verbose_name, "page": other})

    def other_page(self, parent: Page) -> "ScreensPage | None":
        """Return the page of this kind that the site of *parent* already has in this page's language, if any."""
        others = type(self).objects.exclude(pk=self.pk).filter(locale=self.locale_id or parent.locale_id)
        roots = Q()
        for site in Site.objects.select_related("root_page"):
            for root in site.root_page.get_translations(inclusive=True):
                if parent.path.startswith(root.path):
                    roots |= Q(path__startswith=root.path)
        return others.filter(roots).first() if roots else None
