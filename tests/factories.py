"""Small clinics for tests. Each function saves what it returns; every argument has a default."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Model
from wagtail.models import Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from wagtail_clientportal.models import (
    Appointment,
    AppointmentStatus,
    AppointmentType,
    BookingSettings,
    Client,
    ClientPortalPage,
    Clinician,
    Location,
    PortalPolicy,
    PortalSettings,
    WorkingHours,
)

# A Monday morning in winter, when London is on UTC.
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def make_location(**values):
    return Location.objects.create(
        **{"name": "Harbour Rooms", "phone": "020 7946 0000", "timezone": "Europe/London"} | values
    )


def make_type(**values):
    return AppointmentType.objects.create(**{"name": "Physiotherapy follow-up", "duration_minutes": 30} | values)


def make_clinician(*, locations=(), appointment_types=(), hours=(time(9), time(17)), **values):
    """A clinician who works Monday to Friday between *hours* (local times), or never where that is ``None``."""
    clinician = Clinician.objects.create(**{"name": "Ada Osei"} | values)
    clinician.locations.set(locations)
    clinician.appointment_types.set(appointment_types)
    if hours:
        start, end = hours
        WorkingHours.objects.bulk_create(
            WorkingHours(clinician=clinician, weekday=weekday, start=start, end=end) for weekday in range(5)
        )
    return clinician


def make_client(**values):
    return Client.objects.create(
        **{
            "first_name": "Margaret",
            "last_name": "Hale",
            "email": "margaret@example.org",
            "mobile": "07700 900123",
            "date_of_birth": date(1956, 12, 9),
            "postcode": "SW1A 1AA",
        }
        | values
    )


def default_status():
    return AppointmentStatus.objects.get(is_default=True)


def cancelled_status():
    return AppointmentStatus.objects.get(name="Cancelled")


def make_appointment(*, client, clinician, location, appointment_type, start=None, **values):
    """An appointment, by default the day after tomorrow (Wednesday 25 November 2026) at 10:00 UTC."""
    start = start or NOW.replace(hour=10) + timedelta(days=2)
    return Appointment.objects.create(
        client=client,
        clinician=clinician,
        location=location,
        appointment_type=appointment_type,
        start=start,
        end=values.pop("end", None) or start + timedelta(minutes=appointment_type.duration_minutes),
        status=values.pop("status", None) or default_status(),
        **values,
    )


def open_portal(*, site=None, **values):
    """Put a portal page on *site* (the default one), switch the portal on, and return the page.

    :param values: fields of ``PortalSettings``; what is left out is a policy of 24 hours for both windows.
    """
    site = site or Site.objects.get(is_default_site=True)
    PortalSettings.objects.update_or_create(
        site=site,
        defaults={
            "enabled": True,
            "clinic_name": "Harbour Clinic",
            "phone": "020 7946 0999",
            "email": "desk@harbour.example",
            "notify_email": "staff@harbour.example",
            "default_policy": PortalPolicy.objects.order_by("pk").first(),
        }
        | values,
    )
    BookingSettings.objects.update_or_create(
        site=site, defaults={"lead_time": timedelta(hours=2), "horizon_days": 60, "slot_interval_minutes": 15}
    )
    page = ClientPortalPage.objects.child_of(site.root_page).first()
    if page is None:
        page = _add_to(site.root_page, ClientPortalPage(title="Your appointments", slug="portal"))
    return page


def _add_to(parent, page):
    """Put *page* below *parent* as ``add_child`` does, which asks 20 times whether title, slug and place are right.

    They are, and nearly every test does it.
    """
    last = parent.get_last_child()
    page.path = last._inc_path() if last else page._get_path(parent.path, parent.depth + 1, 1)
    page.depth, page.numchild, page.locale = parent.depth + 1, 0, parent.locale
    page.draft_title, page.url_path = page.title, f"{parent.url_path}{page.slug}/"
    Model.save(page)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)
    parent.numchild += 1
    return page


class Clinic:
    """One open clinic with everything a journey needs, at ``NOW``."""

    def __init__(self):
        # Nothing asks Wagtail where these are used, and to note it takes a third of the time.
        with disable_reference_index_auto_update():
            self.page = open_portal()
            self.site = self.page.get_site()
            self.location = make_location()
            self.appointment_type = make_type()
            self.clinician = make_clinician(locations=[self.location], appointment_types=[self.appointment_type])
            self.client = make_client()
            self.appointment = self.book()

    def book(self, **values):
        return make_appointment(
            **{
                "client": self.client,
                "clinician": self.clinician,
                "location": self.location,
                "appointment_type": self.appointment_type,
            }
            | values
        )


__all__ = [
    "NOW",
    "Clinic",
    "cancelled_status",
    "default_status",
    "make_appointment",
    "make_client",
    "make_clinician",
    "make_location",
    "make_type",
    "open_portal",
]
