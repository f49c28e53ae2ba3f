"""Messages to clients: their words, when they are sent and for which appointments, as a Wagtail snippet."""

import json
from datetime import timedelta

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
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, PublishingPanel
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.admin.utils import set_query_params
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    IndexView,
    PreviewOnCreateView,
    PreviewOnEditView,
    SnippetViewSet,
)

from ..access import throttle
from ..communications.communication_template import BODY_FEATURES
from ..communications.models import CommunicationTemplate
from ..conf import settings
from ..outbox.backends import email
from ..outbox.backends.result import SendResult
from ..outbox.backends.sms import base as sms
from ..outbox.outbound_message import Channel, OutboundMessage
from ..practice.contact import is_landline, may_be_texted, mobile_key
from .duration import DurationPanel, duration_label
from .example_letter import example_letter
from .rich_text_variables import PICKER_CSS, PICKER_JS, picker
from .viewset import may

ICONS = {Channel.EMAIL: "mail", Channel.SMS: "mobile-alt"}
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


class TemplateForm(WagtailAdminModelForm):
    """Rich text for an email, plain text and no subject for a text message. Of a translation only the words change."""

    # A preview shows what is wrong instead of the message.
    is_preview = False

    def __init__(self, *args, instance=None, **kwargs):
        is_translation = bool(instance) and instance.follow_original()
        super().__init__(*args, instance=instance, **kwargs)
        if is_translation:
            for name in self.fields.keys() & set(CommunicationTemplate.READ_FROM_ORIGINAL):
                self.fields[name].disabled = True
        if self.instance.channel == Channel.SMS:
            self.fields.pop("subject", None)
            self._offer_variables("body", TextWithVariables)
        else:
            self._offer_variables("subject", LineWithVariables)
            self._offer_variables("body", RichTextWithVariables, features=BODY_FEATURES)

    def _offer_variables(self, name, widget, **kwargs):
        if field := self.fields.get(name):
            field.widget = widget(picker(self.instance.channel, name), **kwargs)

    def clean(self):
        cleaned = super().clean()
        if "event" in cleaned and cleaned["event"] != OutboundMessage.About.REMINDER:
            cleaned["send_before"] = None
        return cleaned

    def add_error(self, field, error):
        if not self.is_preview:
            super().add_error(field, error)


class AddedByChannel:
    """Which channel a new template is for, its address says: it decides what the form looks like."""

    @property
    def channel(self) -> str:
        return Channel.SMS.value if self.request.GET.get("channel") == Channel.SMS else Channel.EMAIL.value


class TemplateIndexView(IndexView):
    @cached_property
    def header_buttons(self):
        if not self.add_url:
            return []
        return [
            HeaderButton(
                label,
                url=set_query_params(self.add_url, {"channel": channel.value}),
                icon_name=ICONS[channel],
                priority=order,
            )
            for order, (channel, label) in enumerate(
                [(Channel.EMAIL, _("Add email")), (Channel.SMS, _("Add text message"))]
            )
        ]


class TemplateCreateView(AddedByChannel, CreateView):
    def get_page_subtitle(self):
        return _("Text message") if self.channel == Channel.SMS else _("Email")

    def get_add_url(self):
        return set_query_params(super().get_add_url(), {"channel": self.channel})

    def get_preview_url(self):
        return set_query_params(super().get_preview_url(), {"channel": self.channel})

    def get_initial_form_instance(self):
        instance = super().get_initial_form_instance() or self.model()
        instance.channel = self.channel
        return instance


class TemplateEditView(EditView):
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
        return self.model(channel=self.channel)


class TemplatePreviewOnEditView(LenientPreview, PreviewOnEditView):
    pass


class TestEmailForm(forms.Form):
    pass


class TestTextForm(forms.Form):
    mobile = forms.CharField(
        label=gettext_lazy("Your mobile number"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def clean_mobile(self):
        number = mobile_key(self.cleaned_data["mobile"], settings.DEFAULT_REGION)
        if not number or is_landline(number, settings.DEFAULT_REGION):
            raise forms.ValidationError(_("Enter a mobile number, like 07700 900123."))
        if not may_be_texted(number, settings.DEFAULT_REGION, settings.SMS_COUNTRY_CODES):
            raise forms.ValidationError(_("Texts don't go to numbers in that country."))
        return number


class SendTestView(WagtailAdminTemplateMixin, FormView):
    """Sends the template, as it was last saved, to the one who is editing it. It is about nobody."""

    page_title = gettext_lazy("Send me a test")
    template_name = f"{TEMPLATES}/send_test.html"

    def setup(self, request, *args, **kwargs):
        # Asked before anything is looked up, so that a refusal and a missing record are the same.
        if not may(request.user, "change", CommunicationTemplate):
            raise PermissionDenied
        super().setup(request, *args, **kwargs)
        self.template = get_object_or_404(CommunicationTemplate, pk=kwargs["pk"]).get_latest_revision_as_object()
        self.example = example_letter(self.template, timezone.now())
        self.is_text = self.template.channel == Channel.SMS

    @property
    def obstacle(self) -> str:
        """Why nothing can be sent; "" where something can."""
        if self.example.mistakes:
            return " ".join(self.example.mistakes)
        if self.is_text and not sms.is_set_up():
            return _("This site has no gateway for texts yet, so there is nothing that could send one.")
        return ""

    @property
    def needs_address(self) -> bool:
        return not self.is_text and not self.request.user.email

    def get_form_class(self):
        return TestTextForm if self.is_text else TestEmailForm

    def post(self, request, *args, **kwargs):
        if self.obstacle or self.needs_address:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if self.is_text and not self.may_text_again():
            form.add_error("mobile", _("You have sent all the test texts that one person can send in a day."))
            return self.form_invalid(form)
        to = form.cleaned_data["mobile"] if self.is_text else self.request.user.email
        result = self.send(to)
        if result.ok:
            messages.success(self.request, _("The test was sent to %(to)s.") % {"to": to})
        else:
            reason = {"to": to, "reason": result.error_code}
            messages.error(self.request, _("The test could not be sent to %(to)s: %(reason)s") % reason)
        return redirect(self.edit_url)

    def may_text_again(self) -> bool:
        key = f"sms:test:{self.request.user.pk}"
        return throttle.take(key, most=settings.SMS_TESTS_PER_USER, period=timedelta(days=1), now=timezone.now())

    def send(self, to: str) -> SendResult:
        letter = self.example.letter
        if self.is_text:
            return sms.send(to=to, body=letter.text)
        return email.send(
            to=to,
            subject=_("[Test] %(subject)s") % {"subject": letter.subject},
            text=letter.text,
            html=letter.html,
            reply_to=letter.reply_to,
        )

    @property
    def edit_url(self) -> str:
        return reverse(CommunicationTemplate.snippet_viewset.get_url_name("edit"), args=[self.template.pk])

    def get_breadcrumbs_items(self):
        index = reverse(CommunicationTemplate.snippet_viewset.get_url_name("list"))
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": index, "label": _("Messages to clients")},
            {"url": self.edit_url, "label": self.template.name},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **{
                "example": self.example,
                "obstacle": self.obstacle,
                "needs_address": self.needs_address,
                "is_text": self.is_text,
                "template_name": self.template.name,
                "template_icon": ICONS[self.template.channel],
                "edit_url": self.edit_url,
                "submit_button_label": _("Send test"),
                "submit_button_active_label": _("Sending…"),
            }
            | kwargs
        )


def only_for(template: CommunicationTemplate) -> str:
    """Return "Massage, Harbour Rooms", or "–" for a template that is for every appointment."""
    return ", ".join(str(limit) for limit in (template.appointment_type, template.location) if limit) or "–"


class TemplateViewSet(SnippetViewSet):
    model = CommunicationTemplate
    icon = "draft"
    menu_label = gettext_lazy("Messages to clients")
    menu_item_is_registered = True  # by the group in menu.py
    copy_view_enabled = False
    index_view_class = TemplateIndexView
    add_view_class = TemplateCreateView
    edit_view_class = TemplateEditView
    preview_on_add_view_class = TemplatePreviewOnCreateView
    preview_on_edit_view_class = TemplatePreviewOnEditView
    list_per_page = 50
    list_display = [
        "name",
        Column("event", label=gettext_lazy("Sent when"), accessor="get_event_display", sort_key="event"),
        Column("channel", label=gettext_lazy("Channel"), accessor="get_channel_display", sort_key="channel"),
        Column("only_for", label=gettext_lazy("Only for"), accessor=only_for),
        Column(
            "send_before",
            label=gettext_lazy("How long before"),
            accessor=lambda template: duration_label(template.send_before) or "–",
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
            PublishingPanel(),
        ],
        base_form_class=TemplateForm,
    )

    def get_queryset(self, request):
        return self.model.objects.select_related("appointment_type", "location")

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("send-test/<int:pk>/", SendTestView.as_view(), name="send_test")]
