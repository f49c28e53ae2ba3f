"""A real browser at a live server. Time is the clock's own here: a browser can't be frozen."""

import contextlib
import os
from datetime import timedelta

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright
from wagtail.models import Site

from tests.factories import NOW, Clinic
from tests.journeys.faults import NARROW
from tests.journeys.states import Visitor
from tests.requirements import chromium_path, require

# Playwright runs an event loop in this thread, and Django then takes every query for one made in async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# Milliseconds: how long a busy machine may take over what a quiet one does at once.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

# Where ``show`` shows a page.
MADE = {}  # function of a Visitor → the response that it ends at
HOST, SCREEN, STATIC = "http://clinic.example", "/screen/", "/static/"
ICONS_AND_WORDS = ("/admin/sprite/", "/admin/jsi18n/")  # of the admin's, which are the same for everybody

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def clock():
    """The machine's own: a browser can't be frozen."""


@pytest.fixture(scope="package")
def chromium(django_db_setup):
    require("chromium")
    seeded = getattr(connection, "_test_serialized_contents", None)  # there where a test that is run asks for it
    # Under faketime no browser starts: it lives by the machine's clock.
    preloaded = os.environ.pop("LD_PRELOAD", None)
    with sync_playwright() as playwright:
        # Beside a running event loop Django hands out a connection of its own. It too has to know what the migrations
        # seeded, which every test with a live server puts back.
        connection._test_serialized_contents = seeded
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        if preloaded:
            os.environ["LD_PRELOAD"] = preloaded
        yield browser
        browser.close()


@pytest.fixture
def clinic(live_server):
    """An open clinic at the live server, whose one appointment is a week or so ahead of the real now."""
    host, port = live_server.url.removeprefix("http://").split(":")
    Site.objects.update(hostname=host, port=int(port))
    cache.clear()
    clinic = Clinic()
    start = (timezone.now() + timedelta(days=8)).replace(hour=14, minute=30, second=0, microsecond=0)
    while start.weekday() > 4:
        start += timedelta(days=1)
    appointment = clinic.appointment
    appointment.start = start
    appointment.end = appointment.busy_until = start + timedelta(minutes=30)
    appointment.save()
    clinic.location.address = "12 Harbour Street\nLittle Wittering\nPO20 8AA"
    clinic.location.save()
    return clinic


@pytest.fixture(params=[320, 1280], ids=["phone", "desk"])
def width(request):
    """How wide the window is, in CSS pixels."""
    return request.param


@pytest.fixture
def new_context(chromium, live_server):
    """Opens windows of the browser, each a person of its own, at the live server."""
    with contextlib.ExitStack() as contexts:

        def open_context(**options):
            context = contexts.enter_context(chromium.new_context(base_url=live_server.url, **options))
            context.set_default_timeout(PATIENCE)
            return context

        yield open_context


@pytest.fixture
def page(new_context, width):
    """A page of a browser that runs no JavaScript."""
    return new_context(viewport={"width": width, "height": 800}, java_script_enabled=False).new_page()


@pytest.fixture
def lively(new_context, width):
    """A page of a browser that runs JavaScript, under the portal's own content policy, and whose clock can be moved."""
    page = new_context(viewport={"width": width, "height": 800}, locale="en-GB", timezone_id="Europe/London").new_page()
    page.clock.install()
    return page


@pytest.fixture(scope="module")
def window(chromium):
    """One tab for all the pages that ``show`` shows."""
    context = chromium.new_context(base_url=HOST, viewport=NARROW)
    yield context.new_page()
    context.close()


@pytest.fixture
def make(db, settings):
    """Make a page by a function of a ``Visitor``, at a fixed time: once, whichever tests look at it."""
    settings.MIDDLEWARE = ["wagtail_clientportal.pages.errors.PortalErrorsMiddleware", *settings.MIDDLEWARE]

    def make(way):
        if way not in MADE:
            cache.clear()
            before = connection.savepoint()
            with time_machine.travel(NOW, tick=False) as clock:
                MADE[way] = way(Visitor(Clinic(), clock))
            connection.savepoint_rollback(before)
        return MADE[way]

    return make


@pytest.fixture
def show(make, show_response):
    """Make a page by a function of a ``Visitor`` and show it."""
    return lambda way: show_response(make(way))


@pytest.fixture
def show_response(window, settings):
    """Show what the test client was answered, with its own headers and style sheet, as if a server had it."""

    def show(response):
        def answer(route):
            path = route.request.url.removeprefix(HOST).partition("?")[0]
            if path.startswith(STATIC):
                route.fulfill(path=finders.find(path.removeprefix(STATIC)))
            elif path.startswith(settings.MEDIA_URL):
                route.fulfill(path=settings.MEDIA_ROOT / path.removeprefix(settings.MEDIA_URL))
            elif path in ICONS_AND_WORDS:
                answered = Browser().get(path)
                route.fulfill(headers=dict(answered.headers), body=answered.content)
            elif path == SCREEN:
                route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.content)
            else:
                route.abort()

        window.unroute_all()
        window.route("**/*", answer)
        window.set_viewport_size(NARROW)
        window.emulate_media(color_scheme="light", forced_colors="none", media="screen")
        window.goto(SCREEN)
        return window

    return show
