"""Staff book somebody in: found or new, once or every week, at a free time or at any time they say."""

from collections import defaultdict
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...actions.book_series import book_series
from ...actions.refusals import UnusualPlaces
from ...communications.queue import messages_about_last_event
from ...diary.models import Appointment
from ...outbox.models import OutboundMessage
from ...practice.models import Client
from ..clients.chooser import in_one_line
from ..clients.finder import find_clients
from ..clients.look_alikes import look_alikes_found
from ..clients.new_client import NewClientForm, may_be, person_written_down
from ..common.local_time import day_and_time
from ..common.reach import site_to_register_at, within_reach
from ..common.refusals import Doing
from ..common.viewsets import may
from .base import sentence_values
from .booking_form import BookingForm, SeriesAnywayForm
from .choose_slot import FILL_IN, ChooseSlotView, chosen
from .forms import AnywayForm
from .last_choice import last_choice, remember
from .unusual_sentences import sentences_for

NOBODY_DOES_IT = gettext_lazy("Nobody does this there. Choose who is to do it all the same.")


class NewView(ChooseSlotView):
    doing = Doing.BOOK
    permission = "add"
    about = OutboundMessage.About.BOOKED
    template_name = "wagtail_clientportal/staff/booking.html"
    form_class = BookingForm
    from_address = ("client", "clinician", "location", "appointment_type")
    fill_in = FILL_IN | {"find_client", "choose_client", "other_client"}
    page_title = gettext_lazy("New appointment")
    submit_label = gettext_lazy("Book the appointment")
    submit_active_label = gettext_lazy("Booking…")
    anyway_label = gettext_lazy("Book it anyway")
    rows = [
        ["appointment_type"],
        ["clinician", "location"],
        ["date", "time"],
        ["times", "note"],
        ["tell_client"],
    ]

    # --- what the form begins with

    def get_initial(self):
        initial = super().get_initial()
        return initial if self.is_filling_in else self.remembered(initial) | initial

    def remembered(self, asked: dict) -> dict:
        """What was chosen last, as far as it fits what the address asks for."""
        last = {name: pk for name, pk in last_choice(self.request).items() if name not in asked}
        if "clinician" not in asked:
            return last
        form = BookingForm(user=self.request.user, initial=asked)
        fitting = form.fitting()
        return {name: pk for name, pk in last.items() if pk.isdecimal() and fitting.is_in(name, int(pk))}

    def filled_in(self):
        posted, sent = self.request.POST, super().filled_in()
        if "choose_client" in posted:
            sent["client"] = posted["choose_client"]
        elif "other_client" in posted:
            sent["client"] = ""
        if not sent["form_key"]:
            del sent["form_key"]
        return sent

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"is_new_client": self.is_new_client}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.narrow()
        return form

    def filled_in_by(self, form):
        return form.only_ones() | super().filled_in_by(form)

    # --- who it is

    @property
    def may_register(self) -> bool:
        return may(self.request.user, "add", Client)

    @property
    def is_new_client(self) -> bool:
        # Whoever is chosen among the clients was found while somebody wrote down a new one.
        sent = self.request.POST
        return self.may_register and "choose_client" not in sent and NewClientForm.is_begun(sent)

    def new_client_form(self, *, is_sent: bool) -> NewClientForm:
        if not self.is_new_client:
            return NewClientForm()
        sent = self.request.POST
        values = {name: sent.get(f"{NewClientForm.prefix}-{name}", "") for name in NewClientForm.base_fields}
        form = NewClientForm(sent if is_sent else None, initial=values)
        form.instance.site = site_to_register_at(self.request.user)
        return form

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form, user = context["form"], self.request.user
        client = chosen(form, "client")
        new = kwargs.get("new_client") or self.new_client_form(is_sent=form.is_bound)
        text = self.request.POST.get("find", "")[:200]
        is_begun = self.is_new_client
        is_chosen = chosen(form, "appointment_type") and chosen(form, "location") and not form["clinician"].value()
        context |= {
            "nobody_does_it": NOBODY_DOES_IT if is_chosen and not self.clinicians(form) else "",
            "client": client,
            "client_in_one_line": in_one_line(client) if client else "",
            "find": text,
            "found": None if client else find_clients(text, user),
            "new_client": new if self.may_register else None,
            "is_new_client": is_begun,
            "may_be": may_be(self.request.POST, user) if is_begun and not new.is_bound else [],
            "media": context["media"] + new.media,
        }
        if new.is_bound:
            new.is_valid()
            if new.look_alikes:
                context |= look_alikes_found(new, user)
            context["boxes"] = [(one, one.confirmation in new.confirmed_values) for one in new.value_warnings]
        return context

    def start_before(self, form):
        """The start that is chosen; before one is, that of the client's latest appointment."""
        if start := super().start_before(form):
            return start
        client = chosen(form, "client")
        if client is None:
            return None
        theirs = within_reach(self.request.user, Appointment.objects.filter(client=client, holds_place=True))
        latest = theirs.select_related("location").order_by("-start").first()
        return latest.local_start.replace(tzinfo=None) if latest else None

    def to_be_told_of(self, form):
        if (place := super().to_be_told_of(form)) or not self.is_new_client:
            return place
        kind, location = chosen(form, "appointment_type"), chosen(form, "location")
        person = person_written_down(self.request.POST)
        return Appointment(client=person, appointment_type=kind, location=location) if kind and location else None

    def say_how_told(self, form):
        super().say_how_told(form)
        if (chosen(form, "times") or 1) > 1:
            told = form.fields["tell_client"]
            told.help_text = _("%(how_told)s Once for each appointment.") % {"how_told": told.help_text}

    # --- where and when

    def clinicians(self, form):
        if clinician := chosen(form, "clinician"):
            return [clinician]
        kind, location = chosen(form, "appointment_type"), chosen(form, "location")
        if form["clinician"].value() or not (kind and location):
            return []
        return list(form.fields["clinician"].queryset.filter(locations=location, appointment_types=kind))

    def places(self, form):
        # With anyone, whoever is free is found when it is booked.
        clinician, location, kind = (chosen(form, name) for name in ("clinician", "location", "appointment_type"))
        day, clock = chosen(form, "date"), chosen(form, "time")
        if not (clinician and location and kind and day and clock is not None):
            return {}
        client = chosen(form, "client") or Client()
        made = {}
        for number, start in enumerate(form.moments(location, day, clock, chosen(form, "times") or 1)):
            made[number] = Appointment(
                client=client,
                clinician=clinician,
                location=location,
                appointment_type=kind,
                start=start,
                holds_place=True,
            )
            made[number].fill_in()
        return made

    # --- booking

    def post(self, request, *args, **kwargs):
        if self.is_filling_in:
            return self.get(request, *args, **kwargs)
        form, new = self.get_form(), self.new_client_form(is_sent=True)
        # Both are judged, so that all that is wrong stands beside its field at once.
        is_right = new.is_valid() if self.is_new_client else True
        if form.is_valid() and is_right:
            self.who = new.instance if self.is_new_client else form.cleaned_data["client"]
            return self.form_valid(form)
        return self.render_to_response(self.get_context_data(form=form, new_client=new))

    def act(self, form):
        cleaned = form.cleaned_data
        known = self.unusual_known(form)
        clinicians = self.clinicians(form)
        self.is_with_anyone = cleaned["clinician"] is None
        if self.is_with_anyone and known:
            clinicians = [one for one in clinicians if one.pk in known]
        self.booked = book_series(
            self.who,
            clinicians,
            cleaned["location"],
            cleaned["appointment_type"],
            form.starts,
            by=self.request.user,
            form_key=cleaned["form_key"] or uuid4(),
            note=cleaned["note"],
            tell_client=cleaned["tell_client"],
            acknowledged=next(iter(known.values()), None),
            leave_out_unusual=self.request.POST.get("anyway") == SeriesAnywayForm.LEAVE_OUT,
        )
        return self.booked[0]

    def unusual_known(self, form) -> dict[int, dict[int, set[str]]]:
        """What was shown to be unusual and is known now: by the clinician's pk, by the number of the start."""
        known = defaultdict(lambda: defaultdict(set))
        for one in self.acknowledged(form):
            clinician, _slash, rest = one.partition("/")
            number, _slash, key = rest.partition("/")
            if clinician.isdecimal() and number.isdecimal() and len(clinician) < 19 and len(number) < 4:
                known[int(clinician)][int(number)].add(key)
        return known

    def form_valid(self, form):
        if not self.clinicians(form):
            form.add_error("clinician", NOBODY_DOES_IT)
            return self.form_invalid(form)
        response = super().form_valid(form)
        if hasattr(self, "booked"):
            remember(response, self.request, self.booked[0], with_anyone=self.is_with_anyone)
        return response

    def slot_key(self, form):
        return f"{super().slot_key(form)}/{chosen(form, 'times') or ''}"

    def way_out(self, refusal, form):
        if not isinstance(refusal, UnusualPlaces):
            return super().way_out(refusal, form)
        places = refusal.places
        is_series = (chosen(form, "times") or 1) > 1
        keys = [
            f"{place.appointment.clinician_id}/{number}/{one.key}"
            for number, place in places.items()
            for one in place.found
        ]
        return {
            "reasons": [sentence for place in places.values() for sentence in self.reasons(place, is_series=is_series)],
            "anyway_form": SeriesAnywayForm() if is_series else AnywayForm(label=self.anyway_label),
            "unusual": " ".join([self.slot_key(form), *keys]),
        }

    def reasons(self, place, *, is_series: bool) -> list[str]:
        sentences = sentences_for(place.found, place.appointment, self.request.user)
        if not is_series:
            return sentences
        when = day_and_time(place.appointment.start, place.appointment.location.zone)
        return [_("%(when)s: %(sentence)s") % {"when": when, "sentence": one} for one in sentences]

    def refusal_sentence(self, refusal):
        if isinstance(refusal, UnusualPlaces) and getattr(self, "is_with_anyone", False):
            clinician = next(iter(refusal.places.values())).appointment.clinician
            return _("Nothing is saved yet: nobody is free then. With %(clinician)s this is unusual:") % {
                "clinician": clinician
            }
        return super().refusal_sentence(refusal)

    def success_sentence(self, appointment):
        values = sentence_values(appointment)
        if len(self.booked) == 1:
            return _("%(client)s is booked in: %(when)s, with %(clinician)s at %(location)s.") % values
        number = len(self.booked)
        return ngettext(
            "%(client)s is booked in %(number)d time, with %(clinician)s at %(location)s, from %(first)s to %(last)s.",
            "%(client)s is booked in %(number)d times, with %(clinician)s at %(location)s, from %(first)s to %(last)s.",
            number,
        ) % (
            values
            | {
                "number": number,
                "first": day_and_time(self.booked[0].start, appointment.location.zone),
                "last": day_and_time(self.booked[-1].start, appointment.location.zone),
            }
        )

    def written_to_the_client(self, appointment, form):
        if not form.cleaned_data["tell_client"]:
            return None
        return [row for one in self.booked for row in messages_about_last_event(one)]
