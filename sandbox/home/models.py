from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from wagtail_clientportal.pages.blocks import BookAppointmentBlock, ManageAppointmentBlock


class HomePage(Page):
    """The clinic's front page. Its header lists the pages that are shown in menus, the portal's among them."""

    body = RichTextField(_("body"), blank=True)
    links = StreamField(
        [("book", BookAppointmentBlock()), ("manage", ManageAppointmentBlock())], verbose_name=_("links"), blank=True
    )

    content_panels = [*Page.content_panels, FieldPanel("body"), FieldPanel("links")]
    max_count = 1

    class Meta:
        verbose_name = _("home page")
