"""What stands in a calendar feed: when, and no more of the rest than its reader may know."""

from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Site

from ..access.models import CalendarFeed
from ..communications.icalendar_file import client_event, diary_event, published
from ..diary.models import Appointment
from ..diary.queries import of_client
from ..policies.models import PortalSettings
from ..policies.portal_address import portal_url
from ..practice.models import Clinician

# Programs keep what they read before, or not: some past is left for those that don't.
_CLIENT_PAST, _DIARY_PAST = timedelta(days=90), timedelta(days=30)
MOST = 2000  # appointments


def feed_calendar(feed: CalendarFeed, now: datetime) -> bytes:
    """Return the calendar that *feed* (found by ``find_feed``) gives its reader at *now* (aware)."""
    return _diary(feed.clinician, now) if feed.clinician_id else _of_client(feed, now)


def _shown(appointments: QuerySet[Appointment], since: datetime) -> QuerySet[Appointment]:
    # What was cancelled is left out: a program that reads the whole again takes it away.
    shown = appointments.filter(holds_place=True, start__gt=since).annotate(changes=Count("events"))
    return shown.order_by("start", "pk")[:MOST]


def _of_client(feed: CalendarFeed, now: datetime) -> bytes:
    site = feed.site
    clinic = PortalSettings.for_site(site)
    address = portal_url(site)
    appointments = of_client(feed.client_id, site.pk, is_default_site=site.is_default_site)
    events = []
    for one in _shown(appointments, now - _CLIENT_PAST):
        events.append(client_event(one, clinic, portal_url=address, sequence=one.changes, now=now))
    return published(events, name=_("Appointments at %(clinic)s") % {"clinic": clinic.display_name})


def _diary(clinician: Clinician, now: datetime) -> bytes:
    appointments = clinician.appointments.select_related("client", "location", "appointment_type")
    naming = set(PortalSettings.objects.filter(names_in_feeds=True).values_list("site", flat=True))
    default = Site.objects.filter(is_default_site=True).values_list("pk", flat=True).first()
    events = []
    for one in _shown(appointments, now - _DIARY_PAST):
        may_name = (one.location.site_id or default) in naming
        events.append(diary_event(one, sequence=one.changes, with_name=may_name, now=now))
    return published(events, name=_("Diary of %(clinician)s") % {"clinician": clinician.name})
