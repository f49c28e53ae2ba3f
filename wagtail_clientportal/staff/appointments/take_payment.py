"""Staff write down what a client paid for an appointment at the desk, or by transfer."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.views.generic import EditView

from ...actions.record_payment import record_payment
from ...communications.channels_for import why_not
from ...conf import settings
from ...diary.models import Payment
from ...outbox.channels.email import EmailChannel
from ...outbox.models import OutboundMessage
from ..common.viewsets import may
from .base import ExistingAppointmentView, sentence_values
from .forms import SELECT


class PaymentForm(forms.Form):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        max_digits=8,
        decimal_places=2,
        error_messages={"required": gettext_lazy("Fill in how much was paid.")},
    )
    method = forms.ChoiceField(
        label=gettext_lazy("How"), choices=[(one, one.label) for one in Payment.BY_HAND], widget=SELECT
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("The number of the receipt or transfer, if there is one."),
    )

    tell_client = forms.BooleanField(label=gettext_lazy("Email a receipt"), initial=True, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("In %(currency)s.") % {"currency": settings.CURRENCY}

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError(_("An amount is more than nothing. Money given back is decided as a refund."))
        return amount


class TakePaymentView(ExistingAppointmentView):
    needs_held_place = False
    form_class = PaymentForm
    page_title = gettext_lazy("Record a payment")
    panel_heading = gettext_lazy("What was paid")
    submit_label = gettext_lazy("Record the payment")
    about = OutboundMessage.About.PAID
    rows = [["amount", "method"], ["reference"], ["tell_client"]]

    def setup(self, request, *args, **kwargs):
        if not may(request.user, "add", Payment):
            raise PermissionDenied
        super().setup(request, *args, **kwargs)

    @property
    def note(self) -> str:
        if self.appointment.holds_place:
            return ""
        return _("This appointment doesn’t stand any more: a refund will have to be decided.")

    def get_initial(self):
        price = self.appointment.appointment_type.price
        return {"amount": price} if price and not self.appointment.payments.exists() else {}

    def say_how_told(self, form):
        client, email = self.appointment.client, EmailChannel.key
        why = why_not(client, email, self.about)
        form.fields["tell_client"].help_text = why or _("To %(address)s.") % {"address": client.email}

    def written_to_the_client(self, appointment, form):
        if not form.cleaned_data["tell_client"]:
            return None
        return OutboundMessage.objects.filter(payment=self.payment)

    def act(self, form):
        paid = form.cleaned_data
        self.payment = record_payment(
            self.appointment,
            paid["amount"],
            method=paid["method"],
            reference=paid["reference"],
            by=self.request.user,
            tell_client=paid["tell_client"],
        )
        return self.appointment

    def form_invalid(self, form):
        # What is wrong stands far below on a phone.
        sentence = EditView.error_message % {"model_name": Payment._meta.verbose_name}
        messages.validation_error(self.request, sentence, form)
        return super().form_invalid(form)

    def success_sentence(self, appointment):
        values = sentence_values(appointment) | {"amount": self.payment.amount_in_words}
        return _("%(amount)s by %(client)s is recorded.") % values
