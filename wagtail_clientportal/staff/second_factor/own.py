"""The screens of somebody's own second factor: prove it, set it up, see how it stands."""

import time

import django_otp
from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView
from django.views.generic.edit import FormView
from django_otp.util import random_hex
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...conf import settings
from ..common.local_time import clock, site_zone
from ..common.urls import home_url, second_factor_url
from ..common.viewsets import uses_the_portal
from .devices import (
    has_to_wait_until,
    is_of_key,
    is_set_up,
    new_recovery_codes,
    proved_with,
    recovery_codes_left,
    set_up,
)
from .key_to_scan import KeyToScan
from .qr_code import qr_code
from .remembered import remember

_SALT = "wagtail_clientportal.second_factor.key"
_KEY_LIFETIME = 3600  # seconds that a page may stay open before somebody scans its QR code
_CODE_BOX = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}


class Own:
    """Lets in whoever uses the portal, to what is their own."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not uses_the_portal(request.user):
            raise PermissionDenied

    @property
    def next_url(self) -> str:
        return get_valid_next_url_from_request(self.request)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("The six figures that your app shows now, or one of your recovery codes."),
        error_messages={"required": gettext_lazy("Enter the code that your app shows.")},
        widget=forms.TextInput(attrs=_CODE_BOX),
    )
    remember = forms.BooleanField(required=False)

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.device = user, None
        if settings.STAFF_OTP_REMEMBER:
            days = settings.STAFF_OTP_REMEMBER.days
            label = _("Don’t ask again in this browser for %(days)d days") % {"days": days}
            self.fields["remember"].label = label if days > 1 else _("Don’t ask again in this browser for a while")
        else:
            del self.fields["remember"]

    def clean_code(self):
        until = has_to_wait_until(self.user)
        self.device = proved_with(self.user, self.cleaned_data["code"])
        if self.device is None:
            raise forms.ValidationError(self._why_not(until))
        return self.cleaned_data["code"]

    def _why_not(self, until) -> str:
        if until:
            return _(
                "That came too soon after a wrong code, and wasn’t looked at. Enter a code again after %(time)s."
            ) % {"time": f"{clock(until, site_zone())}:{until.second:02}"}
        return _("That code isn’t right. Each one works once, and for about a minute: enter the one that is shown now.")


class VerifyView(Own, FormView):
    template_name = "wagtail_clientportal/staff/second_factor/verify.html"
    form_class = CodeForm

    def dispatch(self, request, *args, **kwargs):
        if not is_set_up(request.user):
            return redirect(second_factor_url("enrol", **({"next": self.next_url} if self.next_url else {})))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(next_url=self.next_url, **kwargs)

    def form_valid(self, form):
        django_otp.login(self.request, form.device)
        response = HttpResponseRedirect(self.next_url or home_url())
        if form.cleaned_data.get("remember"):
            remember(self.request, response, form.device)
        return response


class EnrolForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("The six figures that the app shows now."),
        error_messages={"required": gettext_lazy("Enter the code that your app shows.")},
        widget=forms.TextInput(attrs=_CODE_BOX | {"inputmode": "numeric"}),
    )
    # Signed, and not stored before somebody proves that they hold it: looking at the page makes nothing.
    key = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.clock = user, None
        self.key = self._key_sent() or random_hex(20)
        self.initial["key"] = signing.dumps([str(user.pk), self.key], salt=_SALT)

    def _key_sent(self) -> str | None:
        try:
            user_id, key = signing.loads(self.data.get("key", ""), salt=_SALT, max_age=_KEY_LIFETIME)
        except signing.BadSignature:
            return None
        return key if user_id == str(self.user.pk) else None

    def clean(self):
        cleaned = super().clean()
        if self._key_sent() is None:
            self.data = self.data.copy()
            self.data["key"] = self.initial["key"]
            raise forms.ValidationError(_("This page was open for too long. Here is a new QR code: scan this one."))
        if "code" in cleaned:
            self.clock = is_of_key(self.key, cleaned["code"], time.time())
            if self.clock is None:
                self.add_error(
                    "code",
                    _("That code isn’t right. Enter the one that is shown now; the phone’s clock has to be right."),
                )
        return cleaned


class EnrolView(Own, FormView):
    """Nobody gets past a second factor by setting up another one: whoever has one proves it first."""

    template_name = "wagtail_clientportal/staff/second_factor/enrol.html"
    form_class = EnrolForm

    def dispatch(self, request, *args, **kwargs):
        if is_set_up(request.user) and not request.user.is_verified():
            return redirect(second_factor_url("verify", next=second_factor_url("enrol")))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(next_url=self.next_url, **kwargs)
        to_scan = KeyToScan(self.request.user, context["form"].key)
        return context | {
            "qr_code": qr_code(to_scan.url),
            "key_in_words": to_scan.in_groups,
            "replaces": is_set_up(self.request.user),
        }

    def form_valid(self, form):
        phone, codes = set_up(self.request.user, form.key, form.clock)
        django_otp.login(self.request, phone)
        return show_codes(self, codes)


def show_codes(view, codes: list[str]):
    """Answer with recovery codes: the one time that they are shown."""
    view.template_name = "wagtail_clientportal/staff/second_factor/codes.html"
    return view.render_to_response({"codes": codes, "next_url": view.next_url or home_url()})


class OwnView(Own, WagtailAdminTemplateMixin, TemplateView):
    template_name = "wagtail_clientportal/staff/second_factor/own.html"
    page_title = gettext_lazy("Your second factor")
    header_icon = "key"
    _show_breadcrumbs = True

    @cached_property
    def is_set_up(self) -> bool:
        return is_set_up(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if self.is_set_up and not request.user.is_verified():
            return redirect(second_factor_url("verify", next=second_factor_url("own")))
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.is_set_up:
            return redirect(second_factor_url("enrol"))
        return show_codes(self, new_recovery_codes(request.user))

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            is_set_up=self.is_set_up,
            codes_left=recovery_codes_left(self.request.user),
            enrol_url=second_factor_url("enrol"),
            **kwargs,
        )
