"""Signing in as Margaret does, in a browser."""

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
