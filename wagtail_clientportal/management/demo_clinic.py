"""A clinic to try the portal with: invented people, and a diary that lies around the day it is made on.

The same on every run, but for the dates: one seeded generator makes every choice. Email addresses are all at
example.org, and mobile numbers in the range that Ofcom keeps for drama (07700 900000 to 900999): none is anybody's.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Locale, Page, Site

from ..availability.models import TimeOff, WorkingHours
from ..conf import settings
from ..diary.models import Appointment, AppointmentEvent, ClientMessage
from ..pages.models import ClientPortalPage, OnlineBookingPage
from ..policies.models import BookingSettings, PortalPolicy, PortalSettings
from ..policies.portal_address import booking_page, portal_page, portal_url
from ..practice.models import AppointmentStatus, AppointmentType, Client, Clinician, Location

SEED = 20270328
ZONE = "Europe/London"
CLIENTS = 60
APPOINTMENTS = 400
PAST_APPOINTMENTS = 300
PAST = timedelta(days=182)
FUTURE = timedelta(days=42)
GRID = 15  # minutes

STAFF_USERNAME = "demo-staff"
CLINICIAN_USERNAME = "demo-clinician"
# The client whose details are handed to whoever tries the portal is found again by this.
DEMO_CLIENT_REF = "demo-01"
# Days from today (moved on to a day that the clinician works) of that client's appointments to come. The first is
# well outside a 24-hour window.
DEMO_CLIENT_DAYS = (5, 12, 26)

LOCATIONS = [
    ("Harbour Rooms", "4 Harbour Street\nPort Example\nZX1 2AB", "020 7946 0101"),
    ("High Street Practice", "27 High Street\nPort Example\nZX4 7PQ", "020 7946 0102"),
]

TYPES = [
    # name, minutes, buffer in minutes, price in pounds, what is paid online, deposit in pounds
    ("Physiotherapy assessment", 45, 15, 68, "deposit", 20),
    ("Physiotherapy follow-up", 30, 0, 48, "none", None),
    ("Podiatry", 30, 10, 42, "none", None),
    ("Sports massage", 60, 15, 62, "full", None),
    ("Telephone advice", 15, 0, 0, "none", None),
    ("Home exercise review", 20, 5, 28, "none", None),
]


@dataclass(frozen=True)
class _Rota:
    name: str
    available_online: bool
    types: tuple[int, ...]  # places in TYPES
    # (weekdays, from, until, place in LOCATIONS)
    hours: tuple[tuple[tuple[int, ...], time, time, int], ...]


ROTAS = [
    _Rota(
        "Ada Osei",
        True,
        (0, 1, 4, 5),
        (((0, 1, 2, 3, 4), time(9), time(12, 30), 0), ((0, 1, 2, 3, 4), time(13, 30), time(17), 0)),
    ),
    _Rota(
        "Ben Marlow",
        True,
        (1, 3, 5),
        (
            ((0, 2), time(10), time(18), 0),
            ((1, 3), time(8), time(14), 1),
            ((5,), time(9), time(13), 1),
        ),
    ),
    _Rota("Cerys Pugh", True, (2, 4), (((0, 1, 3), time(9, 30), time(15, 30), 1), ((4,), time(12), time(19, 30), 1))),
    # Nobody moves this clinician's appointments but the practice itself.
    _Rota("Dev Chandra", False, (0, 1, 3), (((1, 2, 3), time(14), time(20), 0), ((4,), time(9), time(16), 1))),
]

FIRST_NAMES = (  # noqa: SIM905 - sixty-six quotes are harder to read
    "Arthur Beatrice Callum Dorothy Edmund Farida Gareth Harriet Imran Joan Kofi Lorna Malcolm Niamh Oscar Priya "
    "Quentin Rhiannon Stanley Tamsin Usha Victor Wilma Xavier Yusuf Zara Angus Bronwen Clive Deirdre Elijah Fiona "
    "Graham Hilda Isla Jerome Kathleen Leonard Mabel Nigel Odette Percy"
).split()
LAST_NAMES = (  # noqa: SIM905
    "Abernathy Blackwood Cartmell Dunmore Eastleigh Fenwick Garside Hollis Inglewood Jessop Kettering Lockhart "
    "Merriman Nettleton Oakhurst Pemberley Quayle Rathbone Silverdale Thackeray Underhill Vickery Wetherby Yarrow"
).split()

MESSAGES = [
    "I’m so sorry, my daughter can’t drive me that day.",
    "The knee is much better, thank you!",
    "Could somebody ring me about parking?",
    "I have a hospital appointment on the same morning.",
    "Sorry for the short notice.",
]


@dataclass(frozen=True)
class DemoAccess:
    """What somebody needs to try the portal by hand."""

    portal_url: str
    admin_url: str
    client: Client
    passwords: dict[str, str]  # username -> password; without those that the command did not set


def make_demo_clinic(*, now: datetime, password: str, hostname: str, port: int) -> DemoAccess:
    """Make the demo clinic and switch its portal on, in one transaction.

    :param now: aware datetime; the diary reaches from about six months before to six weeks after it.
    :param password: given to the two staff accounts that are made; an account that exists keeps its own.
    :param hostname: set, with *port*, as the address of the default Wagtail site.
    """
    with transaction.atomic():
        site = _address(hostname, port)
        users, passwords = _make_users(password)
        statuses = _statuses()
        locations = [
            Location.objects.create(name=name, address=address, phone=phone, timezone=ZONE, site=None)
            for name, address, phone in LOCATIONS
        ]
        types = [
            AppointmentType.objects.create(
                name=name,
                duration_minutes=minutes,
                buffer_minutes=buffer,
                price=price,
                payment=payment,
                deposit=deposit,
            )
            for name, minutes, buffer, price, payment, deposit in TYPES
        ]
        _open_portal(site)
        clinicians = _make_clinicians(locations, types, users[CLINICIAN_USERNAME])
        clients = _make_clients(_choices(0))
        time_off = _make_time_off(clinicians, locations, now)
        diary = _Diary(_choices(1), now, statuses, clinicians, types, locations, time_off)
        appointments = Appointment.objects.bulk_create(diary.arrange(clients))
        _make_history(_choices(2), now, appointments, users[STAFF_USERNAME], statuses)
    return describe(site=site, passwords=passwords)


def _choices(step: int) -> random.Random:
    # A generator for each step, so that a change to one leaves the others' choices as they were.
    return random.Random(SEED + step)  # noqa: S311 - made-up people, no secrets


def describe(*, site: Site, passwords: dict[str, str]) -> DemoAccess:
    """Say where the demo clinic that exists is, and who its demo client is.

    :raises Client.DoesNotExist: where there is no demo clinic.
    """
    return DemoAccess(
        portal_url=portal_url(site),
        admin_url=f"{site.root_url}/admin/",
        client=Client.objects.get(external_ref=DEMO_CLIENT_REF),
        passwords=passwords,
    )


def _address(hostname: str, port: int) -> Site:
    site = Site.objects.get(is_default_site=True)
    site.hostname, site.port = hostname, port
    site.save()
    return site


def _make_users(password: str) -> tuple[dict, dict[str, str]]:
    User = get_user_model()
    email_field = User.get_email_field_name()
    users, passwords = {}, {}
    for name in (STAFF_USERNAME, CLINICIAN_USERNAME):
        email = f"{name}@example.org"
        login = email if email_field == User.USERNAME_FIELD else name
        user = User.objects.filter(**{User.USERNAME_FIELD: login}).first()
        if user is None:
            user = User(**{email_field: email} | {User.USERNAME_FIELD: login})
            user.is_staff = user.is_superuser = name == STAFF_USERNAME
            user.set_password(password)
            user.save()
            passwords[login] = password
        users[name] = user
    with translation.override(django_settings.LANGUAGE_CODE):
        users[CLINICIAN_USERNAME].groups.add(*Group.objects.filter(name=gettext("Clinician")))
    return users, passwords


def _statuses() -> dict[str, AppointmentStatus]:
    """The five statuses that the diary uses; one that the clinic has deleted or renamed is made again."""
    made = {}
    for name, values in {
        "Booked": {"attending": True, "is_default": not AppointmentStatus.objects.filter(is_default=True).exists()},
        "Confirmed": {"attending": True},
        "Arrived": {"attending": True, "arrived": True},
        "Cancelled": {"attending": False},
        "Did not attend": {"attending": False},
    }.items():
        made[name], _ = AppointmentStatus.objects.get_or_create(name=name, defaults=values)
    return made


def _open_portal(site: Site) -> None:
    policy = PortalPolicy.objects.filter(live=True).order_by("pk").first()
    if policy is None:
        policy = PortalPolicy(name="Standard policy", locale=Locale.get_default(), live=False)
        policy.save()
        policy.save_revision().publish()
    PortalSettings.objects.update_or_create(
        site=site,
        defaults={
            "enabled": True,
            "default_policy": policy,
            "clinic_name": "Harbour Clinic",
            "phone": "020 7946 0100",
            "email": "desk@example.org",
            "notify_email": "staff@example.org",
        },
    )
    BookingSettings.objects.update_or_create(
        site=site,
        defaults={
            "enabled": True,
            "welcome_text": "<p>Choose what you would like to come for. Never been here? You are welcome.</p>",
        },
    )
    if booking_page(site) is None:
        _add_page(
            site,
            OnlineBookingPage(
                title="Book an appointment",
                slug="book",
                show_in_menus=True,
                help_text="<p>Stuck? Ring us on 020 7946 0100, Monday to Friday, 9am to 5pm.</p>",
                booked_text="<p>Please come five minutes early, and bring a list of your medicines.</p>",
            ),
        )
    if portal_page(site) is None:
        page = ClientPortalPage(
            title="Your appointments",
            slug="portal",
            show_in_menus=True,
            intro="<p>See your appointments, move them to another time, or cancel them.</p>",
            help_text="<p>Stuck? Ring us on 020 7946 0100, Monday to Friday, 9am to 5pm.</p>",
            signed_out_text="<p>Thank you. See you soon.</p>",
        )
        _add_page(site, page)


def _add_page(site: Site, page: Page) -> None:
    # Another page may have the slug already.
    taken = set(site.root_page.get_children().values_list("slug", flat=True))
    page.slug = next(
        slug for slug in (page.slug, f"client-{page.slug}", f"demo-client-{page.slug}") if slug not in taken
    )
    site.root_page.add_child(instance=page)
    page.save_revision().publish()


def _make_clinicians(locations, types, user) -> list[Clinician]:
    clinicians = []
    for rota in ROTAS:
        clinician = Clinician.objects.create(
            name=rota.name, available_online=rota.available_online, user=None if clinicians else user
        )
        clinician.appointment_types.set([types[place] for place in rota.types])
        clinician.locations.set({locations[place] for *_rest, place in rota.hours})
        WorkingHours.objects.bulk_create(
            WorkingHours(clinician=clinician, weekday=weekday, start=start, end=end, location=locations[place])
            for weekdays, start, end, place in rota.hours
            for weekday in weekdays
        )
        clinicians.append(clinician)
    return clinicians


def _make_time_off(clinicians, locations, now: datetime) -> list[TimeOff]:
    """A past holiday, one to come, a training afternoon and a day when everybody is away."""

    def local(days: int, at: time = time(0)) -> datetime:
        day = now.astimezone(ZoneInfo(ZONE)).date() + timedelta(days=days)
        return datetime.combine(day, at, ZoneInfo(ZONE)).astimezone(UTC)

    return TimeOff.objects.bulk_create(
        [
            TimeOff(clinician=clinicians[0], start=local(-60), end=local(-46), reason="Holiday"),
            TimeOff(clinician=clinicians[1], start=local(16), end=local(23), reason="Holiday"),
            TimeOff(clinician=clinicians[2], start=local(9, time(12)), end=local(9, time(20)), reason="Training"),
            TimeOff(location=locations[1], start=local(-30), end=local(-29), reason="Boiler replaced"),
            TimeOff(start=local(33), end=local(34), reason="Staff day"),
        ]
    )


def _mobile(number: int) -> str:
    """The drama number 07700 900*number*; with its country code where the site reads numbers as another country's."""
    return f"07700 900{number:03}" if settings.DEFAULT_REGION == "GB" else f"+44 7700 900{number:03}"


def _postcode(rng: random.Random) -> str:
    # Well formed, and nobody's: there is no postcode area ZX.
    letters = "".join(rng.choices("ABDEFGHJLNPQRSTU", k=2))
    return f"ZX{rng.randint(1, 9)} {rng.randint(1, 9)}{letters}"


def _make_clients(rng: random.Random) -> list[Client]:
    """Sixty clients. The first is the demo client, then come the families, then those whose record lacks something."""
    twins = {"last_name": "Winterbourne", "email": "winterbournes@example.org", "postcode": "ZX3 4GH"}
    parent = {"last_name": "Adeyemi", "mobile": _mobile(103), "postcode": "ZX2 6JH"}
    special = [
        {
            "first_name": "Margaret",
            "last_name": "Hale",
            "email": "margaret.hale@example.org",
            "mobile": _mobile(100),
            "date_of_birth": date(1956, 12, 9),
            "postcode": "ZX1 5TR",
        },
        twins | {"first_name": "Rosa", "date_of_birth": date(1994, 5, 17), "mobile": _mobile(101)},
        twins | {"first_name": "Tom", "date_of_birth": date(1994, 5, 17), "mobile": _mobile(102)},
        parent | {"first_name": "Folake", "date_of_birth": date(1985, 3, 2), "email": "folake@example.org"},
        parent | {"first_name": "Dayo", "date_of_birth": date(2014, 8, 21)},
        {
            "first_name": "Walter",
            "last_name": "Pym",
            "email": "walter.pym@example.org",
            "mobile": _mobile(105),
            "date_of_birth": date(1948, 1, 30),
        },
        {
            "first_name": "Ines",
            "last_name": "Carrow",
            "email": "ines.carrow@example.org",
            "mobile": _mobile(106),
            "date_of_birth": date(1977, 10, 11),
            "postcode": "ZX6 1LN",
            "is_active": False,
        },
    ]
    rows = [*special]
    names = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    for number, (first, last) in enumerate(rng.sample(names, CLIENTS - len(special)), start=len(special) + 100):
        rows.append(
            {
                "first_name": first,
                "last_name": last,
                "email": f"{first}.{last}{number}@example.org".lower(),
                "mobile": _mobile(number),
                "date_of_birth": date(1935, 1, 1) + timedelta(days=rng.randrange(70 * 365)),
                "postcode": _postcode(rng),
                "sms_opt_in": rng.random() > 0.1,
            }
        )
    return Client.objects.bulk_create(
        Client(external_ref=f"demo-{number:02}", **row) for number, row in enumerate(rows, start=1)
    )


@dataclass(frozen=True)
class _Slot:
    """A gap of the diary that an appointment fits into. Times in UTC."""

    clinician: Clinician
    location: Location
    appointment_type: AppointmentType
    start: datetime
    end: datetime
    busy_until: datetime


class _Diary:
    """Hands out places that never meet, neither in a clinician's diary nor in a client's day."""

    def __init__(self, rng, now, statuses, clinicians, types, locations, time_off):
        self.rng, self.now, self.statuses = rng, now, statuses
        self.clinicians, self.types, self.locations, self.time_off = clinicians, types, locations, time_off
        self.today = now.astimezone(ZoneInfo(ZONE)).date()
        self.days_of: dict[int, set[date]] = {}  # client's pk -> the days that they already come on

    def arrange(self, clients: list[Client]) -> list[Appointment]:
        """Return ``APPOINTMENTS`` unsaved appointments."""
        past, future = [], []
        for clinician, rota in zip(self.clinicians, ROTAS, strict=True):
            for place in self._places(clinician, rota):
                # Half an hour's grace: what lies around this moment is neither surely past nor surely to come.
                if place.end < self.now - timedelta(minutes=30):
                    past.append(place)
                elif place.start > self.now + timedelta(minutes=30):
                    future.append(place)
        promised = self._promised(clients, future)
        taken = {id(appointment_place) for appointment_place, _client in promised}
        future = [place for place in future if id(place) not in taken]
        appointments = [self._appointment(place, client, self.statuses["Booked"]) for place, client in promised]

        active = [client for client in clients if client.is_active]
        # Margaret's future is what the command prints: it stays as promised.
        others = [client for client in active if client.external_ref != DEMO_CLIENT_REF]
        appointments += self._fill(past, PAST_APPOINTMENTS, [*clients, clients[0], clients[0]], self._past_status)
        appointments += self._fill(future, APPOINTMENTS - len(appointments), others, self._future_status)
        return sorted(appointments, key=lambda appointment: appointment.start)

    def _promised(self, clients, future) -> list[tuple[_Slot, Client]]:
        """Appointments to come that can be changed and cancelled: the demo client's, and one for each special case."""
        wanted = [(clients[0], days) for days in DEMO_CLIENT_DAYS]
        wanted += [(client, 6 + 2 * number) for number, client in enumerate(clients[1:6])]
        promised, taken = [], set()
        for client, days in wanted:
            earliest = self.today + timedelta(days=days)
            place = next(
                place
                for place in sorted(future, key=lambda place: place.start)
                if place.clinician.available_online
                and id(place) not in taken
                and self._day(place) >= earliest
                and self._client_is_free(client, place)
            )
            taken.add(id(place))
            self._note(client, place)
            promised.append((place, client))
        return promised

    def _fill(self, places, count, clients, choose_status) -> list[Appointment]:
        made = []
        for place in self.rng.sample(places, len(places)):
            if len(made) == count:
                break
            client = self.rng.choice(clients)
            if self._client_is_free(client, place):
                self._note(client, place)
                made.append(self._appointment(place, client, choose_status()))
        return made

    def _day(self, place: _Slot) -> date:
        return place.location.local(place.start).date()

    def _client_is_free(self, client, place) -> bool:
        return self._day(place) not in self.days_of.get(client.pk, ())

    def _note(self, client, place) -> None:
        self.days_of.setdefault(client.pk, set()).add(self._day(place))

    def _past_status(self) -> AppointmentStatus:
        name = self.rng.choices(["Arrived", "Cancelled", "Did not attend"], weights=[84, 10, 6])[0]
        return self.statuses[name]

    def _future_status(self) -> AppointmentStatus:
        return self.statuses[self.rng.choices(["Booked", "Confirmed", "Cancelled"], weights=[65, 27, 8])[0]]

    def _places(self, clinician: Clinician, rota: _Rota) -> Iterator[_Slot]:
        """Every working interval, filled from its start with types that the clinician does, none meeting the next."""
        for days in range(-PAST.days, FUTURE.days + 1):
            day = self.today + timedelta(days=days)
            for weekdays, opens, closes, where in rota.hours:
                if day.weekday() not in weekdays:
                    continue
                location = self.locations[where]
                start = datetime.combine(day, opens, location.zone).astimezone(UTC)
                until = datetime.combine(day, closes, location.zone).astimezone(UTC)
                while True:
                    appointment_type = self.types[self.rng.choice(rota.types)]
                    end = start + timedelta(minutes=appointment_type.duration_minutes)
                    busy_until = end + timedelta(minutes=appointment_type.buffer_minutes)
                    if end > until:
                        break
                    if not self._is_off(clinician, location, start, end):
                        yield _Slot(clinician, location, appointment_type, start, end, busy_until)
                    minutes = -(-int((busy_until - start).total_seconds()) // 60 // GRID) * GRID
                    start += timedelta(minutes=minutes)

    def _is_off(self, clinician, location, start, end) -> bool:
        return any(
            off.start < end
            and start < off.end
            and off.clinician_id in (None, clinician.pk)
            and off.location_id in (None, location.pk)
            for off in self.time_off
        )

    @staticmethod
    def _appointment(place: _Slot, client: Client, status: AppointmentStatus) -> Appointment:
        return Appointment(
            client=client,
            clinician=place.clinician,
            location=place.location,
            appointment_type=place.appointment_type,
            start=place.start,
            end=place.end,
            busy_until=place.busy_until,
            status=status,
            holds_place=status.attending,
        )


def _make_history(rng, now, appointments, staff, statuses) -> None:
    """How each appointment came to be what it is, and a few messages from clients who cancelled."""
    booked = statuses["Booked"]
    events, messages = [], []
    for appointment in appointments:
        made_at = min(appointment.start, now) - timedelta(days=rng.randint(2, 40), minutes=rng.randrange(600))
        shared = {
            "appointment": appointment,
            "by_kind": AppointmentEvent.By.STAFF,
            "by_user": staff,
            "by_username": staff.get_username(),
        }
        events.append(
            AppointmentEvent(
                kind=AppointmentEvent.Kind.BOOKED,
                at=made_at,
                new_start=appointment.start,
                new_status=booked,
                new_clinician=appointment.clinician,
                new_location=appointment.location,
                **shared,
            )
        )
        if appointment.status == booked:
            continue
        step = {"old_status": booked, "new_status": appointment.status}
        for name in ("start", "clinician", "location"):
            step[f"old_{name}"] = step[f"new_{name}"] = getattr(appointment, name)
        if appointment.status == statuses["Cancelled"]:
            at = made_at + timedelta(minutes=rng.randint(60, 24 * 60))
            if rng.random() < 0.5:
                shared |= {"by_kind": AppointmentEvent.By.CLIENT, "by_user": None, "by_username": ""}
            event = AppointmentEvent(kind=AppointmentEvent.Kind.CANCELLED, at=at, **step, **shared)
            if shared["by_kind"] == AppointmentEvent.By.CLIENT and len(messages) < len(MESSAGES):
                messages.append(
                    ClientMessage(
                        client=appointment.client,
                        appointment=appointment,
                        event=event,
                        body=MESSAGES[len(messages)],
                        created_at=at,
                    )
                )
        else:
            # A confirmation comes a day after the booking; an arrival, or its lack, is noted at the start.
            at = min(appointment.start, now) if appointment.start < now else made_at + timedelta(days=1)
            event = AppointmentEvent(kind=AppointmentEvent.Kind.STATUS_CHANGED, at=at, **step, **shared)
        events.append(event)
    AppointmentEvent.objects.bulk_create(events)
    ClientMessage.objects.bulk_create(messages)
