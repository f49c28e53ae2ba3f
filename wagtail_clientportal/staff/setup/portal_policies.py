"""Portal policies: what clients may do online, until when, and the words for it, as a Wagtail snippet."""

from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet

from ...policies.models import PortalPolicy
from ...practice.durations import duration_in_words
from ..common.cannot_save import SaysThatNothingWasSaved
from ..common.deletion import refusal, what_holds
from ..common.durations import DurationPanel
from ..common.typed_fields import SchedulePanel
from ..common.viewsets import DraftEditView, PracticeForm, RefusingDeleteView, SnippetHistoryView

INSTEAD = _("Choose another policy there, or unpublish this one: then nothing can be changed online under it.")


class PolicyForm(PracticeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("status_after_cancellation"):
            field.queryset = field.queryset.filter(attending=False)


class PolicyDeleteView(RefusingDeleteView, DeleteView):
    instead = INSTEAD

    def run_before_hook(self):
        # This page says by itself what keeps a policy; refuse_to_delete_what_is_in_use is for several at once.
        return None if self.held_by else super().run_before_hook()


def refuse_to_delete_what_is_in_use(request, snippets):
    """Wagtail's ``before_delete_snippet`` hook: deleting several policies at once knows no protection of its own."""
    held = [(policy, what_holds(policy)) for policy in snippets if isinstance(policy, PortalPolicy)]
    refusals = [refusal(str(policy), held_by, INSTEAD) for policy, held_by in held if held_by]
    if not refusals:
        return None
    for sentence in refusals:
        messages.error(request, sentence)
    return redirect(PortalPolicy.snippet_viewset.get_url_name("list"))


def window(enabled: bool, length) -> str:
    """Return "until 24 hours before", or "not online"."""
    return _("until %(window)s before") % {"window": duration_in_words(length)} if enabled else _("not online")


class PolicyViewSet(SaysThatNothingWasSaved, SnippetViewSet):
    model = PortalPolicy
    icon = "lock-open"
    menu_label = _("Portal policies")
    menu_item_is_registered = True  # by the group in menu.py
    edit_view_class = DraftEditView
    delete_view_class = PolicyDeleteView
    history_view_class = SnippetHistoryView
    inspect_view_enabled = True
    copy_view_enabled = False
    list_display = [
        "name",
        Column(
            "changes", label=_("Changes"), accessor=lambda policy: window(policy.changes_enabled, policy.change_window)
        ),
        Column(
            "cancellations",
            label=_("Cancellations"),
            accessor=lambda policy: window(policy.cancellations_enabled, policy.cancellation_window),
        ),
        UpdatedAtColumn(),
        LiveStatusTagColumn(),
    ]
    search_fields = ["name"]
    inspect_view_fields = ["name", "changes_enabled", "cancellations_enabled", "status_after_cancellation"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            MultiFieldPanel(
                [FieldPanel("changes_enabled"), DurationPanel("change_window"), FieldPanel("max_changes")],
                heading=_("Changing"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("cancellations_enabled"),
                    DurationPanel("cancellation_window"),
                    FieldPanel("status_after_cancellation"),
                    FieldPanel("cancellation_policy"),
                ],
                heading=_("Cancelling"),
                help_text=_("In a translation only the wording counts. Everything else is read from the original."),
            ),
            SchedulePanel(),
        ],
        base_form_class=PolicyForm,
    )

    def get_delete_view_kwargs(self, **kwargs):
        return super().get_delete_view_kwargs(**kwargs) | {"template_name": RefusingDeleteView.template_name}
