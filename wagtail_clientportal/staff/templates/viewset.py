"""Messages to clients: their words, when they are sent and for which appointments, as a Wagtail snippet."""

import json
from dataclasses import replace

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.admin.utils import set_query_params
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import (
    CreateView,
    IndexView,
    PreviewOnCreateView,
    PreviewOnEditView,
    SnippetViewSet,
)

from ...access.budgets import one_more_test
from ...communications.communication_template import BODY_FEATURES
from ...communications.models import CommunicationTemplate
from ...outbox.channels.base import Channel
from ...outbox.channels.registry import channel_chosen, channel_of, channels
from ...outbox.channels.sending import send
from ...outbox.outbound_message import OutboundMessage
from ...outbox.rendered_message import RenderedMessage
from ...practice.durations import duration_in_words
from ..common.cannot_save import SaysThatNothingWasSaved, says_that_nothing_was_saved
from ..common.durations import DurationPanel
from ..common.typed_fields import SchedulePanel
from ..common.urls import home_url
from ..common.viewsets import DraftEditView, PracticeForm, SnippetHistoryView, may
from .example_message import example_message
from .rich_text_variables import PICKER_CSS, PICKER_JS, picker

TEMPLATES = "wagtail_clientportal/staff/communication_template"


class WithVariables:
    """A field with a button that inserts a variable.

    :param picker: what ``rich_text_variables.picker`` returns.
    """

    def __init__(self, picker: dict, **kwargs):
        super().__init__(**kwargs)
        self.picker = picker

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["picker"] = self.picker
        context["widget"]["picker_json"] = json.dumps(self.picker, cls=DjangoJSONEncoder)
        return context

    @property
    def media(self):
        ours = forms.Media(js=[versioned_static(PICKER_JS)], css={"all": [versioned_static(PICKER_CSS)]})
        return super().media + ours


class LineWithVariables(WithVariables, forms.TextInput):
    template_name = f"{TEMPLATES}/input.html"


class TextWithVariables(WithVariables, AdminAutoHeightTextInput):
    template_name = f"{TEMPLATES}/textarea.html"


class RichTextWithVariables(WithVariables, DraftailRichTextArea):
    template_name = f"{TEMPLATES}/rich_text.html"

    def value_from_datadict(self, data, files, name):
        try:
            return super().value_from_datadict(data, files, name)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None  # no editor wrote that


class TemplateForm(PracticeForm):
    """Rich text where the channel has HTML, and a subject where it has one. Of a translation only the words change."""

    # A preview shows what is wrong instead of the message.
    is_preview = False

    def __init__(self, *args, instance=None, **kwargs):
        is_translation = bool(instance) and instance.follow_original()
        super().__init__(*args, instance=instance, **kwargs)
        if is_translation:
            for name in self.fields.keys() & set(CommunicationTemplate.READ_FROM_ORIGINAL):
                self.fields[name].disabled = True
        channel = channel_of(self.instance.channel)
        if channel.has_subject:
            self._offer_variables("subject", LineWithVariables)
        else:
            self.fields.pop("subject", None)
        if channel.has_html:
            self._offer_variables("body", RichTextWithVariables, in_html=True, features=BODY_FEATURES)
        else:
            self._offer_variables("body", TextWithVariables)

    def _offer_variables(self, name, widget, *, in_html=False, **kwargs):
        if field := self.fields.get(name):
            field.widget = widget(picker(in_html=in_html), **kwargs)

    def clean(self):
        cleaned = super().clean()
        if "event" in cleaned and cleaned["event"] != OutboundMessage.About.REMINDER:
            cleaned["send_before"] = None
        return cleaned

    def add_error(self, field, error):
        if not self.is_preview:
            super().add_error(field, error)


class SaysMistakes:
    """Says what is wrong where nobody pressed a button, too: a paused autosave shows its reader nothing else."""

    def is_valid(self, form):
        if super().is_valid(form):
            return True
        if form.errors and not self.request.accepts("text/html"):
            self.produced_error_message = " ".join(_mistakes_of(form))
        return False


def _mistakes_of(form) -> list[str]:
    """The sentences that stand beside the fields, each with its field's label."""
    return [
        _("%(field)s: %(mistake)s") % {"field": form[name].label, "mistake": sentence}
        if name in form.fields
        else sentence
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]


class AddedByChannel:
    """Which channel a new template is for, its address says: it decides what the form looks like."""

    @property
    def channel(self) -> Channel:
        return channel_chosen(self.request.GET.get("channel", ""))


class TemplateIndexView(IndexView):
    @cached_property
    def header_buttons(self):
        if not self.add_url:
            return []
        return [
            HeaderButton(
                _("Add %(message)s") % {"message": channel.noun},
                url=set_query_params(self.add_url, {"channel": channel.key}),
                icon_name=channel.icon,
                priority=order,
            )
            for order, channel in enumerate(channels())
        ]


class TemplateCreateView(SaysMistakes, AddedByChannel, CreateView):
    def get_page_subtitle(self):
        return self.channel.label

    def get_add_url(self):
        return set_query_params(super().get_add_url(), {"channel": self.channel.key})

    def get_preview_url(self):
        return set_query_params(super().get_preview_url(), {"channel": self.channel.key})

    def get_initial_form_instance(self):
        instance = super().get_initial_form_instance() or self.model()
        instance.channel = self.channel.key
        return instance


class TemplateEditView(SaysMistakes, DraftEditView):
    @cached_property
    def header_buttons(self):
        url = reverse(self.model.snippet_viewset.get_url_name("send_test"), args=[self.object.pk])
        return [HeaderButton(_("Send me a test"), url=url, icon_name="mail")]


class LenientPreview:
    def get_form(self, query_dict):
        form = super().get_form(query_dict)
        form.is_preview = True
        return form


class TemplatePreviewOnCreateView(LenientPreview, AddedByChannel, PreviewOnCreateView):
    def get_object(self):
        return self.model(channel=self.channel.key)


class TemplatePreviewOnEditView(LenientPreview, PreviewOnEditView):
    pass


class TestForm(forms.Form):
    """Asks for the tester's own address where their account doesn't have it."""

    def __init__(self, *args, address_field: forms.Field | None, **kwargs):
        super().__init__(*args, **kwargs)
        if address_field:
            self.fields["address"] = address_field


class SendTestView(WagtailAdminTemplateMixin, FormView):
    """Sends the template, as it was last saved, to the one who is editing it. It is about nobody."""

    page_title = gettext_lazy("Send me a test")
    template_name = f"{TEMPLATES}/send_test.html"
    form_class = TestForm

    def setup(self, request, *args, **kwargs):
        # Asked before anything is looked up, so that a refusal and a missing record are the same.
        if not may(request.user, "change", CommunicationTemplate):
            raise PermissionDenied
        super().setup(request, *args, **kwargs)
        self.template = get_object_or_404(CommunicationTemplate, pk=kwargs["pk"]).get_latest_revision_as_object()
        self.example = example_message(self.template, timezone.now())
        self.channel = channel_of(self.template.channel)
        self.own_address = self.channel.address_of_user(request.user)

    @property
    def blocked_because(self) -> str:
        """Why nothing can be sent; "" where something can."""
        if self.example.mistakes:
            return " ".join(self.example.mistakes)
        if not self.channel.is_set_up():
            return _("This site sends no %(messages)s yet: there is nothing that could send one.") % {
                "messages": self.channel.plural
            }
        return ""

    @property
    def needs_address(self) -> bool:
        return self.own_address == ""

    def get_form_kwargs(self):
        field = self.channel.address_field() if self.own_address is None else None
        return super().get_form_kwargs() | {"address_field": field}

    def post(self, request, *args, **kwargs):
        if self.blocked_because or self.needs_address:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if not one_more_test(self.channel, self.request.user, timezone.now()):
            sentence = _("You have sent all the tests by %(channel)s that one person can send in a day.")
            form.add_error("address" if "address" in form.fields else None, sentence % {"channel": self.channel.noun})
            return self.form_invalid(form)
        to = self.own_address or form.cleaned_data["address"]
        result = send(self.channel, self.test_message, to=to)
        if result.ok:
            messages.success(self.request, _("The test was sent to %(to)s.") % {"to": to})
        else:
            reason = {"to": to, "reason": result.error_code}
            messages.error(self.request, _("The test could not be sent to %(to)s: %(reason)s") % reason)
        return redirect(self.edit_url)

    @property
    def test_message(self) -> RenderedMessage:
        """The example, marked as a test where it has a subject."""
        message = self.example.message
        subject = _("[Test] %(subject)s") % {"subject": message.subject} if message.subject else ""
        return replace(message, subject=subject, headers={})

    @property
    def edit_url(self) -> str:
        return reverse(CommunicationTemplate.snippet_viewset.get_url_name("edit"), args=[self.template.pk])

    def get_breadcrumbs_items(self):
        index = reverse(CommunicationTemplate.snippet_viewset.get_url_name("list"))
        return [
            {"url": home_url(), "label": _("Home")},
            {"url": index, "label": _("Messages to clients")},
            {"url": self.edit_url, "label": self.template.name},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **{
                "example": self.example,
                "blocked_because": self.blocked_because,
                "needs_address": self.needs_address,
                "own_address": self.own_address,
                "cost": self.channel.cost_in_words(self.example.message.text) if self.example.message else "",
                "template_name": self.template.name,
                "template_icon": self.channel.icon,
                "edit_url": self.edit_url,
                "submit_button_label": _("Send test"),
                "submit_button_active_label": _("Sending…"),
            }
            | kwargs
        )


def only_for(template: CommunicationTemplate) -> str:
    """Return "Massage, Harbour Rooms", or "–" for a template that is for every appointment."""
    return ", ".join(str(limit) for limit in (template.appointment_type, template.location) if limit) or "–"


class TemplateViewSet(SaysThatNothingWasSaved, SnippetViewSet):
    model = CommunicationTemplate
    icon = "draft"
    menu_label = gettext_lazy("Messages to clients")
    menu_item_is_registered = True  # by the group in menu.py
    copy_view_enabled = False
    index_view_class = TemplateIndexView
    add_view_class = TemplateCreateView
    edit_view_class = TemplateEditView
    history_view_class = SnippetHistoryView
    preview_on_add_view_class = TemplatePreviewOnCreateView
    preview_on_edit_view_class = TemplatePreviewOnEditView
    list_display = [
        "name",
        Column("event", label=gettext_lazy("Sent when"), accessor="get_event_display", sort_key="event"),
        Column("channel", label=gettext_lazy("Channel"), accessor="get_channel_display", sort_key="channel"),
        Column("only_for", label=gettext_lazy("Only for"), accessor=only_for),
        Column(
            "send_before",
            label=gettext_lazy("How long before"),
            accessor=lambda template: duration_in_words(template.send_before) or "–",
            sort_key="send_before",
        ),
        LiveStatusTagColumn(),
    ]
    list_filter = ["event", "channel", "live"]
    search_fields = ["name", "subject", "body"]
    edit_handler = ObjectList(
        [
            FieldPanel("name", help_text=gettext_lazy("Clients don't see it.")),
            FieldPanel("channel", read_only=True),
            MultiFieldPanel(
                [
                    FieldPanel("event"),
                    DurationPanel(
                        "send_before",
                        attrs={
                            "data-w-rules-target": "show",
                            "data-w-rules": json.dumps({"event": [OutboundMessage.About.REMINDER.value]}),
                        },
                    ),
                ],
                heading=gettext_lazy("When"),
                attrs={"data-controller": "w-rules", "data-action": "change->w-rules#resolve"},
            ),
            MultiFieldPanel(
                [FieldPanel("appointment_type"), FieldPanel("location")], heading=gettext_lazy("For which appointments")
            ),
            MultiFieldPanel(
                [FieldPanel("subject"), FieldPanel("body")],
                heading=gettext_lazy("Wording"),
                help_text=gettext_lazy(
                    "In a translation only the wording counts. Everything else is read from the original."
                ),
            ),
            SchedulePanel(),
        ],
        base_form_class=TemplateForm,
    )

    def get_queryset(self, request):
        return self.model.objects.select_related("appointment_type", "location")

    def get_urlpatterns(self):
        send_test = says_that_nothing_was_saved(SendTestView.as_view())
        return [*super().get_urlpatterns(), path("send-test/<int:pk>/", send_test, name="send_test")]
