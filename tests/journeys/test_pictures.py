"""The pictures of the docs. ``make pictures`` draws them; otherwise they are compared with fresh ones."""

import io
import os
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image, ImageDraw
from wagtail.images import get_image_model

from tests.factories import NOW
from tests.journeys.booking_states import BOOKING
from tests.journeys.states import PAGES
from wagtail_clientportal.exchange.runs import work_on
from wagtail_clientportal.management.demo_clinic import make_demo_clinic
from wagtail_clientportal.models import Appointment, CommunicationTemplate, Heartbeat, ImportRun, PortalSettings

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs/images"
COLOURS = 64
MOST_BYTES = 60_000
PHONE, TABLET, DESK = (390, 760), (640, 640), (1160, 740)  # CSS pixels

ACCENT = ":root { --cp-accent: #7a1f5c; }"  # what the editor's colour comes to
PROPERTIES = ".cp { --cp-radius: 0; --cp-font: Georgia, serif; --cp-column: 48rem; }"


@dataclass(frozen=True)
class Look:
    """How a screen is looked at.

    :param size: of the window, in CSS pixels.
    :param in_site: whether the screen wears the sandbox's base.
    :param scheme: the reader's colours.
    :param css: of the site.
    """

    size: tuple[int, int] = TABLET
    in_site: bool = False
    scheme: str = "light"
    css: str = ""


def _logo():
    """A round mark, as small clinics have them."""
    picture, file = Image.new("RGB", (240, 96), "#fff"), io.BytesIO()
    pen = ImageDraw.Draw(picture)
    pen.ellipse((8, 8, 88, 88), fill="#7a1f5c")
    pen.line((24, 52, 44, 68, 72, 32), fill="#fff", width=9, joint="curve")
    pen.rectangle((104, 32, 224, 40), fill="#7a1f5c")
    pen.rectangle((104, 56, 184, 64), fill="#b98aa9")
    picture.save(file, "PNG")
    file.seek(0)
    return get_image_model().objects.create(title="Harbour Clinic", file=ImageFile(file, "harbour.png"))


def _in_a_site(visitor):
    root = visitor.clinic.site.root_page
    root.title = "Harbour Clinic"
    root.save()
    return PAGES["confirm"](visitor)


def _with_logo(visitor):
    return PAGES["confirm"](visitor.having(PortalSettings, logo=_logo()))


# name → how it is looked at, and the ways to the screens that stand side by side in it
OF_CLIENTS = {
    "portal": (Look(PHONE), PAGES["list"]),
    "booking": (Look(PHONE), BOOKING["when"], BOOKING["details"], BOOKING["check"]),
    "look-base": (Look(in_site=True), _in_a_site),
    "look-accent": (Look(css=ACCENT), _with_logo),
    "look-dark": (Look(scheme="dark"), PAGES["confirm"]),
    "look-properties": (Look(css=PROPERTIES), PAGES["confirm"]),
}


def _tried_import(browser):
    rows = "Ref,First name,Surname,Mobile,Date of birth\n" + "".join(
        f"K{one},{first},{last},07700 9001{one},{one - 42:02}/05/19{one}\n"
        for one, (first, last) in enumerate([("Ines", "Ward"), ("Tom", "Lake"), ("", "Moor"), ("Zoë", "Bell")], 51)
    )
    browser.post(
        reverse("clientportal_importrun:index"),
        {"kind": "clients", "file": SimpleUploadedFile("clients.csv", rows.encode())},
    )
    run = ImportRun.objects.get()
    address = reverse("clientportal_importrun:run", args=[run.pk])
    columns = {"external_ref": "Ref", "first_name": "First name", "last_name": "Surname", "mobile": "Mobile"}
    browser.post(address, {"step": "try", "date_of_birth": "Date of birth"} | columns)
    work_on(run.pk, now=NOW)
    return browser.get(address)


def _busy_day(browser):
    days = Appointment.objects.filter(start__gt=NOW).values("start__date").annotate(booked=Count("pk"))
    day = days.order_by("-booked", "start__date").first()["start__date"]
    return browser.get(reverse("wagtail_clientportal_diary:index"), {"view": "day", "date": day})


def _message(browser):
    message = CommunicationTemplate.objects.get(event="booked", channel="email", locale__language_code="en-gb")
    return browser.get(reverse(CommunicationTemplate.snippet_viewset.get_url_name("edit"), args=[message.pk]))


# name → the way to the screen, of somebody who may do everything
BEFORE_THE_FIRST_CLIENT = {"first-steps": lambda browser: browser.get("/admin/")}
IN_THE_DEMO_CLINIC = {
    "today": lambda browser: browser.get("/admin/"),
    "diary": _busy_day,
    "import": _tried_import,
    "second-factor": lambda browser: browser.get(reverse("clientportal_secondfactor:enrol")),
    "message": _message,
}


@pytest.fixture
def site_base(settings):
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [ROOT / "sandbox/templates"]}]
    settings.STATICFILES_DIRS = [ROOT / "sandbox/static"]
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"BASE_TEMPLATE": "base.html"}


def photograph(window, look):
    """Return what stands in *window*."""
    window.set_viewport_size(dict(zip(("width", "height"), look.size, strict=True)))
    window.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
    window.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }",
        look.css,
    )
    return Image.open(io.BytesIO(window.screenshot()))


def compare(name, *screens):
    """See that the picture is as large as these screens side by side; draw it where that was asked for."""
    fresh = Image.new("RGB", (sum(one.width for one in screens), screens[0].height))
    for number, screen in enumerate(screens):
        fresh.paste(screen, (number * screen.width, 0))
    path = IMAGES / f"{name}.png"
    if os.environ.get("CLIENTPORTAL_PICTURES"):
        fresh.quantize(COLOURS).save(path, optimize=True)
    assert Image.open(path).size == fresh.size
    assert path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("name", OF_CLIENTS)
def test_a_picture_of_what_clients_see_is_as_large_as_a_fresh_one(show, request, name):
    look, *ways = OF_CLIENTS[name]
    if look.in_site:
        request.getfixturevalue("site_base")
    compare(name, *(photograph(show(way), look) for way in ways))


def test_the_pictures_of_what_staff_see_are_as_large_as_fresh_ones(show_response, settings):
    settings.WAGTAIL_SITE_NAME = "Harbour Clinic"
    at, browser, seen = NOW + timedelta(hours=2, minutes=40), Browser(), []
    with time_machine.travel(at, tick=False):
        boss = get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret", first_name="Mia")
        browser.force_login(boss)
        seen += [(name, way(browser)) for name, way in BEFORE_THE_FIRST_CLIENT.items()]
        make_demo_clinic(now=at, password="secret", hostname="clinic.example", port=443)
        Heartbeat.objects.create(name="sweep", at=at)
        seen += [(name, way(browser)) for name, way in IN_THE_DEMO_CLINIC.items()]
    for name, response in seen:
        compare(name, photograph(show_response(response), Look(DESK)))


def test_each_picture_stands_in_the_docs_and_says_what_it_shows():
    pages = "".join(page.read_text(encoding="utf-8") for page in ROOT.glob("docs/**/*.md"))
    named = re.findall(r"!\[[^\]]{20,}\]\((?:\.\./)?images/([\w-]+)\.png\)", pages)
    drawn = {*OF_CLIENTS, *BEFORE_THE_FIRST_CLIENT, *IN_THE_DEMO_CLINIC}
    assert set(named) == drawn == {path.stem for path in IMAGES.iterdir()}
