"""Two clinics in one installation: London, at the default site, and Kathmandu, at a site of its own."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client as Browser
from wagtail.models import Page, Site

from tests.factories import NOW, make_appointment, make_client, make_clinician, make_location, make_type, open_portal
from wagtail_clientportal.access.links import mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.models import PortalPolicy

# 04:15 UTC is 4:15am in London and 10am in Kathmandu, 5 hours and 45 minutes ahead; the same day in both.
MORNING = datetime(2026, 11, 26, 4, 15, tzinfo=UTC)


class Practice:
    """One site's clinic: where, who, and what it is called."""

    def __init__(self, site, location, *, clinic_name, phone, email, notify_email, policy):
        self.site, self.location = site, location
        self.page = open_portal(
            site=site,
            clinic_name=clinic_name,
            phone=phone,
            email=email,
            notify_email=notify_email,
            default_policy=policy,
        )
        self.type = make_type(name=f"Visit to {clinic_name}")
        self.clinician = make_clinician(
            name=f"Clinician of {clinic_name}",
            locations=[location],
            appointment_types=[self.type],
            hours=(time(8), time(18)),
        )

    @property
    def clinic(self):
        return self.page.get_site().client_portal_settings

    def book(self, client, start=MORNING):
        return make_appointment(
            client=client,
            clinician=self.clinician,
            location=self.location,
            appointment_type=self.type,
            start=start,
        )


class Visitor:
    """A browser that asks one host name, whatever site's link it follows."""

    ANSWERS = {"day": "9", "month": "12", "year": "1956", "postcode": "sw1a1aa"}

    def __init__(self, host):
        self.host, self.browser = host, Browser()

    def get(self, path, **query):
        return self.browser.get(path, query, headers={"host": self.host})

    def post(self, path, **data):
        return self.browser.post(path, data, headers={"host": self.host})

    def answer(self):
        return self.post("/portal/verify/", **self.ANSWERS)

    def sign_in(self, practice, contact="margaret@example.org"):
        self.get(f"/p/{mint_sign_in_link(contact, practice.site, NOW)}/")
        return self.answer()

    def open_appointment(self, appointment):
        self.get(f"/p/{mint_appointment_link(appointment, NOW)}/")
        return self.answer()


@pytest.fixture
def london(db, clock):
    """At the default site, which its location doesn't name."""
    return Practice(
        Site.objects.get(is_default_site=True),
        make_location(name="Thames Rooms", timezone="Europe/London", phone=""),
        clinic_name="Thames Clinic",
        phone="020 7946 0001",
        email="desk@thames.example",
        notify_email="staff@thames.example",
        policy=PortalPolicy.objects.get(),
    )


@pytest.fixture
def kathmandu(london):
    root = london.site.root_page.get_parent().add_child(instance=Page(title="Kathmandu", slug="kathmandu"))
    site = Site.objects.create(hostname="kathmandu.example", port=443, root_page=root)
    policy = PortalPolicy.objects.create(
        name="Kathmandu's",
        change_window=timedelta(hours=48),
        cancellations_enabled=False,
        cancellation_policy="<p>Please ring the Kathmandu desk.</p>",
    )
    policy.save_revision().publish()
    return Practice(
        site,
        make_location(name="Everest Rooms", timezone="Asia/Kathmandu", phone="", site=site),
        clinic_name="Everest Clinic",
        phone="+977 1 5970001",
        email="desk@everest.example",
        notify_email="staff@everest.example",
        policy=policy,
    )


@pytest.fixture
def margaret(db):
    """Somebody whom both clinics treat."""
    return make_client(date_of_birth=date(1956, 12, 9), postcode="SW1A 1AA")


@pytest.fixture
def in_london(london, margaret):
    return london.book(margaret)


@pytest.fixture
def in_kathmandu(kathmandu, margaret):
    return kathmandu.book(margaret)


@pytest.fixture
def at_london():
    return Visitor("localhost")


@pytest.fixture
def at_kathmandu():
    return Visitor("kathmandu.example")
