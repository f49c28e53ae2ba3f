"""A clinic to try the portal with: invented people, and a diary that lies around the day it is made on.

The same on every run, but for the dates: one seeded generator makes every choice. Email addresses are all at
example.org, and mobile numbers in the range that Ofcom keeps for drama (07700 900000 to 900999): none is anybody's.
"""

import random
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Locale, Page, Site

from ..diary.models import Appointment
from ..pages.models import ClientPortalPage, OnlineBookingPage
from ..policies.models import BookingSettings, PortalPolicy, PortalSettings
from ..policies.portal_address import booking_page, portal_page, portal_url
from ..practice.models import AppointmentStatus, Client
from .demo_clients import DEMO_CLIENT_REF, make_clients
from .demo_diary import Diary, make_history
from .demo_practice import make_clinicians, make_locations, make_time_off, make_types

SEED = 20270328

STAFF_USERNAME = "demo-staff"
CLINICIAN_USERNAME = "demo-clinician"


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
        locations, types = make_locations(), make_types()
        _open_portal(site)
        clinicians = make_clinicians(locations, types, users[CLINICIAN_USERNAME])
        clients = make_clients(_choices(0))
        time_off = make_time_off(clinicians, locations, now)
        diary = Diary(_choices(1), now, statuses, clinicians, types, locations, time_off)
        appointments = Appointment.objects.bulk_create(diary.arrange(clients))
        make_history(_choices(2), now, appointments, users[STAFF_USERNAME], statuses)
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
