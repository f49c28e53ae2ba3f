"""Who works at the demo clinic, where, when, and what they do."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.files.images import ImageFile
from wagtail.images import get_image_model

from ..availability.models import TimeOff, WorkingHours
from ..practice.models import AppointmentType, Clinician, Location
from .demo_portraits import Looks, portrait

ZONE = "Europe/London"

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
class Rota:
    name: str
    introduction: str
    looks: Looks
    available_online: bool
    types: tuple[int, ...]  # places in TYPES
    # (weekdays, from, until, place in LOCATIONS)
    hours: tuple[tuple[tuple[int, ...], time, time, int], ...]


ROTAS = [
    Rota(
        "Ada Osei",
        "Physiotherapist since 2009. Backs, necks and shoulders, and getting people walking again after an operation.",
        Looks(skin="#8d5a3b", hair="#241a17", clothes="#0b5a5c", wall="#dcebe6", has_long_hair=True),
        True,
        (0, 1, 4, 5),
        (((0, 1, 2, 3, 4), time(9), time(12, 30), 0), ((0, 1, 2, 3, 4), time(13, 30), time(17), 0)),
    ),
    Rota(
        "Ben Marlow",
        "Sports massage and physiotherapy. For runners, gardeners, and people who sit all day.",
        Looks(skin="#e8b896", hair="#a4632f", clothes="#33507a", wall="#e6e9f2"),
        True,
        (1, 3, 5),
        (
            ((0, 2), time(10), time(18), 0),
            ((1, 3), time(8), time(14), 1),
            ((5,), time(9), time(13), 1),
        ),
    ),
    Rota(
        "Cerys Pugh",
        "Podiatrist. Nails, corns, insoles and feet that have walked a long way. Cymraeg hefyd.",
        Looks(skin="#f1cdb4", hair="#d9d4cc", clothes="#7a3b5b", wall="#f3e8e4", has_long_hair=True),
        True,
        (2, 4),
        (((0, 1, 3), time(9, 30), time(15, 30), 1), ((4,), time(12), time(19, 30), 1)),
    ),
    # Nobody moves this clinician's appointments but the practice itself.
    Rota(
        "Dev Chandra",
        "Senior physiotherapist. By referral: please ring us for an appointment.",
        Looks(skin="#b97f56", hair="#3a2f2b", clothes="#4d5d33", wall="#ecebdd"),
        False,
        (0, 1, 3),
        (((1, 2, 3), time(14), time(20), 0), ((4,), time(9), time(16), 1)),
    ),
]


def make_locations() -> list[Location]:
    return [
        Location.objects.create(name=name, address=address, phone=phone, timezone=ZONE, site=None)
        for name, address, phone in LOCATIONS
    ]


def make_types() -> list[AppointmentType]:
    return [
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


def make_clinicians(locations, types, user) -> list[Clinician]:
    clinicians = []
    for rota in ROTAS:
        clinician = Clinician.objects.create(
            name=rota.name,
            introduction=rota.introduction,
            photo=_photo_of(rota),
            available_online=rota.available_online,
            user=None if clinicians else user,
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


def _photo_of(rota: Rota):
    file = ImageFile(portrait(rota.looks), name=f"{rota.name.lower().replace(' ', '-')}.png")
    return get_image_model().objects.create(title=rota.name, file=file)


def make_time_off(clinicians, locations, now: datetime) -> list[TimeOff]:
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
