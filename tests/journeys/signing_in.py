"""Signing in as Margaret does, in a browser, and coming to the admin as her clinic's staff do."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client as Browser
from django.utils import timezone

from wagtail_clientportal.access.links import mint_sign_in_link


def sign_in(page, clinic):
    """Follow a sign-in link and answer who it is."""
    page.goto(f"/p/{mint_sign_in_link('margaret@example.org', clinic.site, timezone.now())}/")
    say_who(page)


def say_who(page):
    fill_in_who(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()


def fill_in_who(page):
    page.get_by_label("Day").fill("9")
    page.get_by_label("Month").fill("dec")
    page.get_by_label("Year").fill("1956")
    page.get_by_label("Postcode").fill("sw1a 1aa")


def open_admin(context, live_server, user, group):
    """Return a page of *context* with the admin's home page, for *user* as one of *group*; its ``faults`` are errors of
    scripts."""
    user.groups.add(Group.objects.get(name=group))
    session = Browser()
    session.force_login(user)
    cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto("/admin/")
    return page
