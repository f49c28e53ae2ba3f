"""An example client with example appointments, for previews. Nothing here is ever saved, and nobody's data is read."""

from datetime import date, datetime, timedelta

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from ..policies.models import PortalSettings
from ..practice.models import AppointmentStatus, AppointmentType, Client, Clinician, Location
from .models import Appointment


class Example:
    """One client, an appointment to come, a cancelled one and a past one, seen from *now* (aware)."""

    def __init__(self, now: datetime, clinic: PortalSettings):
        self.now = now
        self.client = Client(
            first_name=_("Margaret"),
            last_name=_("Hale"),
            email="margaret@example.org",
            mobile="07700 900123",
            date_of_birth=date(1956, 12, 9),
            postcode="SW1A 1AA",
        )
        self.location = Location(
            name=_("Example Rooms"),
            address=_("1 Example Street\nExampleton"),
            phone=clinic.phone or "020 7946 0000",
            timezone=django_settings.TIME_ZONE,
            site=clinic.site if clinic.site_id else None,
        )
        self.clinician = Clinician(name=_("Ada Osei"))
        self.appointment_type = AppointmentType(name=_("Follow-up appointment"))
        self.booked = AppointmentStatus(name=_("Booked"), attending=True)
        self.cancelled = AppointmentStatus(name=_("Cancelled"), attending=False)
        self.appointment = self.at(self.day(8, hour=14, minute=30))
        self.cancelled_appointment = self.at(self.day(15, hour=9), status=self.cancelled)
        self.past_appointment = self.at(self.day(-20, hour=15))
        self.soon = (now + timedelta(hours=6)).replace(minute=0, second=0, microsecond=0)

    def day(self, days: int, *, hour: int, minute: int = 0) -> datetime:
        """A local time, *days* from now; never on a Sunday."""
        local = self.now.astimezone(self.location.zone) + timedelta(days=days)
        if local.weekday() == 6:
            local += timedelta(days=1)
        return local.replace(hour=hour, minute=minute, second=0, microsecond=0)

    def at(self, start: datetime, *, status: AppointmentStatus | None = None) -> Appointment:
        status = status or self.booked
        return Appointment(
            client=self.client,
            clinician=self.clinician,
            location=self.location,
            appointment_type=self.appointment_type,
            start=start,
            end=start + timedelta(minutes=30),
            busy_until=start + timedelta(minutes=30),
            status=status,
            holds_place=status.attending,
        )

    def free_minutes(self) -> list[int]:
        """Some free starts, in minutes since 1970 UTC."""
        starts = [
            self.day(days, hour=hour, minute=minute)
            for days in (2, 3, 5, 9, 10, 16)
            for hour, minute in ((9, 0), (9, 15), (10, 45), (13, 0), (14, 15), (17, 30))
        ]
        return sorted({int(start.timestamp()) // 60 for start in starts})
