"""The screen on which a client's record is anonymised: what stays, what goes, and a word to type."""

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView
from wagtail.admin import messages

from ...actions.anonymise_client import anonymise_client
from ...actions.refusals import Refused, StillExpected
from ...diary.models import Appointment
from ..common.refusals import Doing, why_not
from ..common.viewsets import may_see
from .view import ClientView, record_url


def word_to_type() -> str:
    return _("anonymise")


class AnonymiseForm(forms.Form):
    word = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["word"].label = _("Type the word “%(word)s”") % {"word": word_to_type()}

    def clean_word(self):
        if self.cleaned_data["word"].strip().casefold() != word_to_type().casefold():
            raise ValidationError(_("Type the word “%(word)s” to go on.") % {"word": word_to_type()})
        return self.cleaned_data["word"]


class AnonymiseView(ClientView, FormView):
    permission = "anonymise"
    template_name = "wagtail_clientportal/staff/client/anonymise.html"
    page_title = gettext_lazy("Anonymise")
    header_icon = "user"
    form_class = AnonymiseForm

    def form_valid(self, form):
        try:
            anonymise_client(self.object, by=self.request.user)
        except Refused as refusal:
            context = self.get_context_data(form=form, refusal=why_not(refusal, Doing.ANONYMISE))
            if isinstance(refusal, StillExpected) and may_see(self.request.user, Appointment):
                context["appointments_url"] = record_url(self.object, "appointments")
            return self.render_to_response(context, status=409)
        messages.success(self.request, _("The record was anonymised."))
        return redirect(record_url(self.object))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"is_anonymised": self.object.anonymised_at is not None} | kwargs)
