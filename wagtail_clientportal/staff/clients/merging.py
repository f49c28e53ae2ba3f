"""The screens on which two records of one person become one: which other one, what goes where, and a box to tick."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView
from wagtail.admin import messages

from ...actions.merge_clients import merge_clients, merged_values
from ...actions.refusals import Refused
from ...diary.models import Appointment, ClientMessage
from ...diary.queries import overlapping_of_client
from ...outbox.models import OutboundMessage
from ...practice.look_alikes import identical_to
from ...practice.models import Client
from ..common.client_search import found_by
from ..common.field_values import in_words
from ..common.local_time import span
from ..common.reach import wholly_within_reach, within_reach
from ..common.refusals import Doing, why_not
from ..common.urls import client_screen_url
from .chooser import told_apart_by_number
from .view import ClientView, record_url

# So many are shown of what a search finds: one looks for one person.
MAX_RESULTS = 20


@dataclass(frozen=True)
class Line:
    """One field: what either record says, and what the one that stays says then. "" for nothing."""

    label: str
    kept: str
    other: str
    then: str

    @property
    def is_agreed(self) -> bool:
        return self.kept == self.other


def merge_url(client: Client, other: Client | None = None) -> str:
    """Return where another record is merged into that of *client*."""
    return client_screen_url("merge", client.pk, **{"other": other.pk} if other else {})


def lines(kept: Client, other: Client) -> list[Line]:
    """Return what becomes of each field that either record fills in."""
    then = merged_values(kept, other)
    found = []
    for field in Client.written_fields():
        values = [_in_words(value) for value in (getattr(kept, field.name), getattr(other, field.name))]
        if any(values):
            found.append(Line(capfirst(field.verbose_name), *values, _in_words(then[field.name])))
    return found


def _in_words(value) -> str:
    if value is None or isinstance(value, str):  # a text is shown whole, nothing as nothing
        return value or ""
    return capfirst(in_words(value))


def what_goes_over(other: Client) -> list[tuple[str, int]]:
    """Return how much of what moves from the record of *other* to the one that stays."""
    now = timezone.now()
    theirs = Appointment.objects.filter(client=other)
    return [
        (_("Appointments to come"), theirs.filter(end__gt=now).count()),
        (_("Appointments that are over"), theirs.filter(end__lte=now).count()),
        (_("Messages from the client"), ClientMessage.objects.filter(client=other).count()),
        (_("Messages to the client"), OutboundMessage.objects.filter(client=other).count()),
    ]


def at_the_same_time(kept: Client, other: Client, user) -> list[str]:
    """Return the appointments to come of *other* that *user* reaches and that fall on one of *kept*, in words."""
    theirs = within_reach(user, Appointment.objects.filter(client=other, holds_place=True, end__gt=timezone.now()))
    return [
        _("%(when)s, with %(clinician)s")
        % {"when": span(one.start, one.end, one.location.zone), "clinician": one.clinician}
        for one in theirs.select_related("location", "clinician").order_by("start", "pk")
        if overlapping_of_client(kept.pk, one.start, one.end, ignoring=None).exists()
    ]


class MergeView(ClientView, TemplateView):
    """Searches the other record; with one in the address, shows what goes where; sent the form, merges it in."""

    permission = "merge"
    template_name = "wagtail_clientportal/staff/client/merge.html"
    page_title = gettext_lazy("Merge with another record")
    header_icon = "group"

    def post(self, request, *args, **kwargs):
        other = self.other(request.POST.get("other", ""))
        context = self.get_context_data(other=other)
        refusal = ""
        if not request.POST.get("one_person"):
            refusal = _("Tick that both records are of one person, or leave them as they are.")
        elif request.POST.get("seen_versions") != context["current_versions"]:
            refusal = _("One of the records was changed in the meantime. Nothing was merged. Look at them again below.")
        else:
            try:
                merge_clients(self.object, other, by=request.user)
            except Refused as refused:
                refusal = why_not(refused, Doing.MERGE)
        if refusal:
            return self.render_to_response(context | {"refusal": refusal}, status=409)
        messages.success(request, _("The two records are one now. Send the client a new link if they need one."))
        return redirect(record_url(self.object))

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # Whatever one of them has goes over, at another site too.
        if not wholly_within_reach(request.user, Client.objects.filter(pk=self.object.pk)).exists():
            raise PermissionDenied

    def others(self):
        """The records that can be merged into this one: nothing of theirs is out of reach."""
        others = Client.objects.filter(anonymised_at=None).exclude(pk=self.object.pk)
        return wholly_within_reach(self.request.user, others)

    def other(self, pk: str) -> Client:
        """
        :raises Http404: where there is none within reach.
        """
        found = self.others().filter(pk=pk).first() if pk.isascii() and pk.isdecimal() and len(pk) < 19 else None
        if found is None:
            raise Http404
        return found

    def get_context_data(self, other: Client | None = None, **kwargs):
        asked = self.request.GET.get("other", "")
        other = other or (self.other(asked) if asked else None)
        context = self.preview(other) if other else self.search()
        return super().get_context_data(**context | {"is_anonymised": bool(self.object.anonymised_at)} | kwargs)

    def preview(self, other: Client) -> dict:
        shown = {
            "lines": lines(self.object, other),
            "goes_over": what_goes_over(other),
            "at_the_same_time": at_the_same_time(self.object, other, self.request.user),
        }
        current_versions = salted_hmac("clientportal.merge", repr(shown), algorithm="sha256").hexdigest()
        return shown | {
            "other": other,
            "agreed": get_text_list([one.label for one in shown["lines"] if one.is_agreed], _("and")),
            "current_versions": current_versions,
            "other_way_url": merge_url(other, self.object),
        }

    def search(self) -> dict:
        text = self.request.GET.get("q", "").replace("\0", "").strip()[:200]
        found = list(self.others().filter(found_by(text))[: MAX_RESULTS + 1]) if text else []
        alike = [] if text else list(self.others().filter(pk__in=[one.pk for one in identical_to(self.object)]))
        return {
            "q": text,
            "found": [(told_apart_by_number(one), merge_url(self.object, one)) for one in found[:MAX_RESULTS] or alike],
            "has_more": len(found) > MAX_RESULTS,
        }
