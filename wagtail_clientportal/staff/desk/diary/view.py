"""The diary: who sees whom when."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from ....diary.models import Appointment
from ....practice.dates import full_day_in_words, zone_where_it_differs
from ....practice.models import Clinician, Location
from ...common.local_time import site_zone
from ...common.reach import within_reach
from ...common.urls import arranging_url, diary_url, new_appointment_url
from ...common.viewsets import may, may_see
from .arranged import Diaries, read_diaries
from .choice import DAY, VIEWS, Choice, ChoiceForm, asked_for, remember
from .sheets import Paper


class DiaryView(WagtailAdminTemplateMixin, TemplateView):
    page_title = gettext_lazy("Diary")
    header_icon = "calendar"
    template_name = "wagtail_clientportal/staff/diary/index.html"

    def dispatch(self, request, *args, **kwargs):
        if not may_see(request.user, Appointment):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        now = timezone.now()
        everywhere = Location.objects.in_bulk()
        locations = list(within_reach(request.user, Location.objects.filter(is_active=True)))
        clinicians = list(within_reach(request.user, Clinician.objects.prefetch_related("locations")))
        form = ChoiceForm(asked_for(request), locations=locations, clinicians=clinicians)
        choice = Choice.of(form, locations, clinicians, now=now)
        zone = zone_of_sheets(choice, clinicians)
        days = choice.days
        diaries = read_diaries(clinicians, everywhere, days[0], days[-1], zone, user=request.user, now=now)
        shown = [one for one in clinicians if has_a_column(one, choice, diaries)]
        booking_url = new_appointment_url() if may(request.user, "add", Appointment) else ""
        zones = {location.zone for location in everywhere.values() if location.is_active}
        paper = Paper(diaries, zone, choice, zones <= {zone}, len(locations) > 1, booking_url, now)
        if choice.view == DAY:
            sheets = [paper.day_sheet(shown, choice.day)] if shown else []
        else:
            sheets = paper.week_sheets(shown, days)
        context = self.get_context_data(
            form=form,
            choice=choice,
            sheets=sheets,
            zone=zone_where_it_differs(zone, among_others=len({one.zone for one in locations}) > 1),
            period=period_in_words(choice),
            choice_fields=[form[name] for name in ("date", "location", "clinician")],
            views=[(choice.url(view=view), label, view == choice.view) for view, label in VIEWS],
            today_url=choice.url(date=choice.today),
            here=choice.url(),
            card_url=diary_url(),
            card_query=urlencode({"next": choice.url()}),
            # For whichever appointment is dragged.
            change_url=arranging_url("change", 0) if may(request.user, "change", Appointment) else "",
        )
        response = self.render_to_response(context)
        remember(response, choice, request)
        return response

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_header_buttons(self):
        if not may(self.request.user, "add", Appointment):
            return []
        return [HeaderButton(_("New appointment"), url=new_appointment_url(), icon_name="plus")]


def zone_of_sheets(choice: Choice, clinicians: list[Clinician]):
    """Return the zone whose clocks stand beside the sheets: that of all places shown, else the site's."""
    if choice.location:
        return choice.location.zone
    shown = [choice.clinician] if choice.clinician else clinicians
    zones = {location.zone for clinician in shown for location in clinician.locations.all()}
    return zones.pop() if len(zones) == 1 else site_zone()


def has_a_column(clinician: Clinician, choice: Choice, diaries: Diaries) -> bool:
    """Whether *clinician* is shown: who was chosen, else who works at the place, or has an appointment there."""
    if choice.clinician:
        return clinician == choice.clinician
    here = [
        one
        for one in diaries.appointments.get(clinician.pk, ())
        if one.holds_place and choice.location in (None, one.location)
    ]
    if here:
        return True
    return clinician.is_active and (choice.location is None or choice.location in clinician.locations.all())


def period_in_words(choice: Choice) -> str:
    """Return "Monday 23 November 2026", or "Monday 23 November 2026 to …"."""
    first, last = choice.days[0], choice.days[-1]
    if first == last:
        return full_day_in_words(first)
    return _("%(first)s to %(last)s") % {"first": full_day_in_words(first), "last": full_day_in_words(last)}
