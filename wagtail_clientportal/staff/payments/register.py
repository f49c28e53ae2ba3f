"""The payments register: what was paid for which appointment, how, and who took it."""

from django.db.models import Prefetch, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ...diary.models import Appointment, Payment, Refund
from ...practice.models import Client
from ...practice.staff_name import staff_name
from ..common.client_search import of_clients_found
from ..common.listing import RegisterIndexView
from ..common.local_time import day_and_time, span, zone_of
from ..common.register_filters import AnyOfFilter, LocalDaysFilter, Period, RegisterFilterSet, WhenFilter
from ..common.registers import Register, RegisterInspectView
from ..common.urls import client_url, inspect_url
from ..common.viewsets import may_see


def payer(payment: Payment) -> str:
    """Say who paid: the client, or whoever was booking and is none yet."""
    if payment.client:
        return payment.client.full_name
    asked = payment.booking_request
    if asked is None:
        return str(_("Not known here"))
    # A signed-in client's booking holds no name of its own.
    return asked.client.full_name if asked.client else f"{asked.first_name} {asked.last_name}"


def moment_of(payment: Payment, moment) -> str:
    """Say *moment* by the clocks of the place that *payment* is about."""
    booked = payment.appointment or payment.booking_request
    return day_and_time(moment, zone_of(booked.location if booked else None))


def paid(payment: Payment) -> str:
    return moment_of(payment, payment.paid_at)


def _state(payment: Payment) -> str:
    if payment.came_otherwise:
        return format_html('<span class="w-status w-status--primary">{}</span>', _("Another amount came in"))
    return payment.get_state_display()


class PaymentFilterSet(RegisterFilterSet):
    state = AnyOfFilter("state", _("State"), Payment.State.choices)
    method = AnyOfFilter("method", _("How"), Payment.Method.choices)
    when = WhenFilter("created_at", Period.TODAY, Period.WEEK, Period.YEAR)
    days = LocalDaysFilter("created_at")

    class Meta:
        model = Payment
        fields = []


class PaymentIndexView(RegisterIndexView):
    register = "payments"
    filterset_class = PaymentFilterSet
    related = ("client", "appointment__location", "booking_request__location", "booking_request__client")
    default_ordering = ("-created_at", "-pk")
    nothing_yet = _("Nothing was paid yet. What is paid online, or recorded on an appointment, is listed here.")

    def own_columns(self):
        return [
            self.first_column(payer, label=_("Client")),
            Column("amount", label=_("Amount"), accessor="amount_in_words", sort_key="amount"),
            Column("method", label=_("How"), accessor="get_method_display"),
            Column("state", label=_("State"), accessor=_state),
            Column("paid", label=_("Paid"), accessor=paid, sort_key="paid_at"),
            Column("reference", label=_("Reference"), classname="clientportal-written"),
        ]

    def found_by(self, text):
        return of_clients_found(text, self.request.user) | Q(reference=text)


class PaymentInspectView(RegisterInspectView):
    page_title = _("Payment")

    def get_page_subtitle(self):
        return f"{payer(self.instance)}, {self.instance.amount_in_words}"

    def get_context_data(self, **kwargs):
        payment, user = self.instance, self.request.user
        return super().get_context_data(
            **about_payment(payment, user)
            | {
                "refunds": [(one.in_words, inspect_url(Refund, one.pk)) for one in payment.refunds.order_by("pk")],
                "sees_refunds": may_see(user, Refund),
            }
            | kwargs
        )


def about_payment(payment: Payment, user) -> dict:
    """Return what the screens say of one *payment*, in words, and where what it names may be opened by *user*."""
    appointment = payment.appointment
    return {
        "payment": payment,
        "payer": payer(payment),
        "payer_url": client_url(payment.client_id) if payment.client_id and may_see(user, Client) else "",
        "asked": payment.booking_request if payment.client is None else None,
        "paid": paid(payment),
        "begun": moment_of(payment, payment.created_at),
        "taken_by": staff_name(payment.recorded_by) if payment.recorded_by else "",
        "when": span(appointment.start, appointment.end, appointment.location.zone) if appointment else "",
        "appointment_url": inspect_url(Appointment, appointment.pk)
        if appointment and may_see(user, Appointment)
        else "",
    }


def payments_of(appointment: Appointment) -> list[tuple[Payment, str, str, list[tuple[str, str]]]]:
    """Return each payment for *appointment* with when it was paid and where it is shown, and what was decided about it
    with where that is, the newest first."""
    found = appointment.payments.prefetch_related(Prefetch("refunds", Refund.objects.order_by("pk")))
    lines = []
    for payment in found.order_by("-created_at", "-pk"):
        decided = [(one.in_words, inspect_url(Refund, one.pk)) for one in payment.refunds.all()]
        when = day_and_time(payment.paid_at, appointment.location.zone)
        lines.append((payment, when, inspect_url(Payment, payment.pk), decided))
    return lines


class PaymentRegister(Register):
    model = Payment
    menu_label = _("Payments")
    menu_icon = "tick-inverse"
    actions = ("view", "add")
    index_view_class = PaymentIndexView
    inspect_view_class = PaymentInspectView
    inspect_template_name = "wagtail_clientportal/staff/payment.html"
    inspect_view_fields = ["reference"]
