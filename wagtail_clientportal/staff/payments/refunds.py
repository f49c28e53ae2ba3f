"""The refunds: what was paid for appointments that don't stand, and what was decided about it."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import EditView

from ...actions.decide_refund import decide_refund
from ...actions.refusals import AlreadyDecided
from ...diary.models import AppointmentEvent, Refund
from ...diary.who_acted import who_acted
from ...practice.durations import duration_in_words
from ...practice.models import Client
from ..common.client_search import found_by
from ..common.listing import RegisterIndexView
from ..common.people import when_and_by
from ..common.reach import within_reach
from ..common.register_filters import AnyOfFilter, LocalDaysFilter, RegisterFilterSet
from ..common.registers import Register, RegisterInspectView
from ..common.viewsets import may
from ..common.waiting import capped_count
from .register import about_payment, moment_of, paid, payer

Decision = Refund.Decision


def refunds_to_decide(user) -> int:
    """``capped_count`` refunds wait for somebody's decision, of those that *user* reaches."""
    return capped_count(within_reach(user, Refund.objects.filter(decision=Decision.TO_DECIDE)))


class RefundFilterSet(RegisterFilterSet):
    decision = AnyOfFilter("decision", gettext_lazy("Decision"), Decision.choices)
    days = LocalDaysFilter("created_at")

    class Meta:
        model = Refund
        fields = []


class RefundIndexView(RegisterIndexView):
    register = "refunds"
    filterset_class = RefundFilterSet
    related = (
        "event",
        "payment__client",
        "payment__appointment__location",
        "payment__booking_request__location",
        "payment__booking_request__client",
    )
    default_ordering = ("-created_at", "-pk")
    nothing_yet = gettext_lazy(
        "There is nothing to decide. What was paid for an appointment that is cancelled waits here for a decision."
    )

    def own_columns(self):
        return [
            self.first_column(lambda one: payer(one.payment), label=gettext_lazy("Client")),
            Column("decision", label=gettext_lazy("Decision"), accessor=_decision),
            Column("amount", label=gettext_lazy("Paid"), accessor=_paid),
            Column("why", label=gettext_lazy("Why"), accessor=_why),
            Column("since", label=gettext_lazy("Since"), accessor=_since, sort_key="created_at"),
        ]

    def found_by(self, text):
        clients = Client.objects.filter(found_by(text)).order_by().values("pk")
        return Q(payment__client__in=clients) | Q(payment__reference=text)

    def in_order(self, rows):
        if self.is_explicitly_ordered:
            return [rows]
        # What waits comes first, the longest first.
        waiting = rows.filter(decision=Decision.TO_DECIDE).order_by("created_at", "pk")
        return [waiting, rows.exclude(decision=Decision.TO_DECIDE)]


def _decision(refund: Refund) -> str:
    look = "w-status w-status--primary" if refund.decision == Decision.TO_DECIDE else "w-status"
    return format_html('<span class="{}">{}</span>', look, refund.in_words)


def _paid(refund: Refund) -> str:
    return f"{refund.payment.amount_in_words} · {paid(refund.payment)}"


def _why(refund: Refund) -> str:
    # On a phone a column has no heading.
    notice = f"{_('Notice given')}: {notice_given(refund.event)}" if refund.event else ""
    return " · ".join(filter(None, [refund.get_why_display(), notice]))


def _since(refund: Refund) -> str:
    return moment_of(refund.payment, refund.created_at)


class DecisionForm(forms.Form):
    """What is decided. The decision that was on the screen goes along, so that nobody overrules another unawares."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[one for one in Decision.choices if one[0] != Decision.TO_DECIDE],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what was decided.")},
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount given back"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        help_text=gettext_lazy("Only where a part of it is given back."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Why, for your colleagues. The client doesn’t see it."),
    )
    seen = forms.ChoiceField(choices=Decision.choices, widget=forms.HiddenInput)

    def __init__(self, *args, refund: Refund, **kwargs):
        self.refund = refund
        given = {"seen": refund.decision, "note": refund.note}
        if refund.decision != Decision.TO_DECIDE:
            given |= {"decision": refund.decision, "amount": refund.amount}
        super().__init__(*args, initial=given, **kwargs)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == Decision.PARTLY and "amount" in cleaned:
            amount, payment = cleaned["amount"] or 0, self.refund.payment
            if not 0 < amount < payment.amount:
                sentence = _("A part is more than nothing and less than %(paid)s, which was paid.")
                self.add_error("amount", sentence % {"paid": payment.amount_in_words})
        return cleaned


class RefundInspectView(RegisterInspectView):
    page_title = gettext_lazy("Refund")

    def get_page_subtitle(self):
        return f"{payer(self.instance.payment)}, {self.instance.payment.amount_in_words}"

    @property
    def may_decide(self) -> bool:
        return may(self.request.user, "change", Refund)

    def post(self, request, *args, **kwargs):
        """Write down what was decided."""
        if not self.may_decide:
            raise PermissionDenied
        form = DecisionForm(request.POST, refund=self.instance)
        if not form.is_valid():
            # What is wrong stands far below.
            sentence = EditView.error_message % {"model_name": Refund._meta.verbose_name}
            messages.validation_error(request, sentence, form)
            return self.render_to_response(self.get_context_data(form=form))
        decided = form.cleaned_data
        try:
            decide_refund(
                self.instance,
                decided["decision"],
                amount=decided["amount"] if decided["decision"] == Decision.PARTLY else None,
                note=decided["note"],
                by=request.user,
                seen=decided["seen"],
            )
        except AlreadyDecided as already:
            self._say_who_decided(already)
        else:
            messages.success(request, _("The decision is written down."))
        return redirect(request.path)

    def _say_who_decided(self, already: AlreadyDecided) -> None:
        when = when_and_by(already.by, moment_of(self.instance.payment, already.at))
        sentence = _("This was decided in the meantime: %(when)s. Nothing was changed here. Look at it again.")
        messages.warning(self.request, sentence % {"when": when})

    def get_context_data(self, **kwargs):
        refund, payment = self.instance, self.instance.payment
        event = refund.event
        shown = shown_wording(refund)
        return super().get_context_data(
            **about_payment(payment, self.request.user)
            | {
                "refund": refund,
                "since": _since(refund),
                "cancelled_by": who_acted(event) if event else "",
                "notice": notice_given(event) if event else "",
                "wording": shown.policy_wording if shown else "",
                "wording_was_shown": bool(shown and shown.policy_shown),
                "decided": when_and_by(refund.decided_by, moment_of(payment, refund.decided_at)),
                "may_decide": self.may_decide,
                "form": DecisionForm(refund=refund),
            }
            | kwargs
        )


def notice_given(event: AppointmentEvent) -> str:
    """Say how long before the appointment it was cancelled."""
    start = event.old_start or event.new_start
    if start <= event.at:
        return _("none: the appointment had begun")
    return duration_in_words(start - event.at)


def shown_wording(refund: Refund) -> AppointmentEvent | None:
    """Return the last event by which the client was shown the policy's wording."""
    if refund.payment.appointment is None:
        return None
    events = refund.payment.appointment.events.exclude(policy_wording="")
    return events.order_by("-pk").first()


class RefundRegister(Register):
    model = Refund
    menu_label = gettext_lazy("Refunds")
    menu_icon = "rotate"
    # Who may change one may decide about it.
    actions = ("view", "change")
    index_view_class = RefundIndexView
    inspect_view_class = RefundInspectView
    inspect_template_name = "wagtail_clientportal/staff/refund.html"
    inspect_view_fields = ["note"]
