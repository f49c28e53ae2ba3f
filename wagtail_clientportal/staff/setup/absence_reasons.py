"""Reasons for not coming: the list that is offered with a cancellation, or where somebody did not attend."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn

from ...practice.models import AbsenceReason
from ..common.viewsets import PracticeViewSet


class AbsenceReasonViewSet(PracticeViewSet):
    model = AbsenceReason
    name = "absence-reasons"
    icon = "list-ul"
    menu_label = _("Reasons for not coming")
    list_display = ["name", BooleanColumn("is_active", label=_("Active"))]
    list_filter = ["is_active"]
    search_fields = ["name"]
    instead = _("Untick “Active” instead: it is no longer offered, and the history stays.")
    panels = [FieldPanel("name"), FieldPanel("is_active")]
    inspect_view_fields = ["name", "is_active"]
