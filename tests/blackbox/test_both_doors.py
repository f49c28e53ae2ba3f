"""A client goes through both doors, by email and by text message, and staff see what became of it.

The client is the one whose details the demo prints. Only what stands on pages and in messages is used.
"""

import os
import re
import shutil
import subprocess
import uuid
from datetime import datetime, timedelta

import pytest

from .clinic_site import PASSWORD, STAFF, wait_for

EMAIL, MOBILE, MOBILE_KEY = "margaret.hale@example.org", "07700 900100", "+447700900100"
ANSWERS = {"day": "9", "month": "12", "year": "1956", "postcode": "zx1 5tr"}
APPOINTMENT = re.compile(r"/portal/appointments/([0-9a-f-]{36})/$")
SENT = "Look for our message"


def ask_for_link(browser, contact):
    browser.open("/portal/")
    [button] = [one.get_text(strip=True) for one in browser.soup.select("main form button, .cp form button")][:1]
    browser.press(button, contact=contact)
    assert browser.status == 200 and browser.heading == SENT, browser.text
    return browser


def prove_identity(browser, link):
    browser.open(link)
    assert browser.url.endswith("/portal/verify/") and browser.status == 200
    return browser.press("Continue", **ANSWERS)


def appointments_on(browser):
    """The public ids of the appointments that the page links to, in its order."""
    return [APPOINTMENT.search(url)[1] for url in browser.links("/portal/appointments/") if APPOINTMENT.search(url)]


def when(browser):
    """When the appointment on the screen is, as the screen says it."""
    return browser.soup.select_one(".cp-appointment__when time")["datetime"]


@pytest.mark.usefixtures("worker")
def test_a_client_moves_an_appointment_cancels_it_by_its_own_link_and_staff_see_both(site, new_browser):
    # In by a sign-in link, sent by email.
    client = ask_for_link(new_browser(), EMAIL)
    mail = site.wait_for_mail(to=EMAIL, subject="Your link to sign in")
    assert mail.link.startswith(f"{site.address}/p/")
    assert "Margaret" not in mail.text and "appointment on" not in mail.text

    # Programs that look at links before people do use nothing up, and are shown nothing.
    scanner = new_browser()
    assert scanner.head(mail.link).status_code == 200
    scanner.open("/portal/verify/")
    assert "Continue" not in scanner.text
    for _look in range(2):
        assert new_browser().open(mail.link).heading == "Confirm who you are"

    prove_identity(client, mail.link)
    assert client.url.endswith("/portal/appointments/"), client.text
    assert mail.link.rsplit("/", 2)[1] not in client.url
    mine = appointments_on(client)
    first, second = mine[:2]
    assert len(mine) >= 3
    # The link has done its work.
    assert "Continue" not in new_browser().open(mail.link).text

    # One appointment is moved.
    client.open(f"/portal/appointments/{first}/")
    before = when(client)
    client.follow("Change the date or time")
    # To a later day, so that the cancellation window is still open.
    later = datetime.fromisoformat(before).date() + timedelta(days=1)
    client.open(f"{client.url}?from={later}")
    client.open(client.links("change/confirm/?start=")[0])
    assert client.heading == "Check your new time"
    client.press("Change my appointment", message="My daughter drives me: is <b>this</b> better?")
    assert "Your appointment has been changed" in client.text
    after = when(client)
    assert after != before

    # The confirmation brings a link to this appointment alone.
    mail = site.wait_for_mail(to=EMAIL, subject="Your appointment has been changed")
    guest = prove_identity(new_browser(), mail.link)
    assert APPOINTMENT.search(guest.url)[1] == first and when(guest) == after
    guest.open("/portal/appointments/")
    assert appointments_on(guest) == [first]
    theirs = guest.open(f"/portal/appointments/{second}/")
    unknown = guest.open(f"/portal/appointments/{uuid.uuid4()}/")
    assert (theirs.status, unknown.status) == (404, 404)
    assert client.open(f"/portal/appointments/{second}/").status == 200
    for path in ("change/", "cancel/", "calendar/"):
        assert guest.open(f"/portal/appointments/{second}/{path}").status == 404

    # And is enough to cancel it.
    guest.open(f"/portal/appointments/{first}/").follow("Cancel this appointment")
    guest.press("Cancel my appointment", message="Sorry, it has to be another week.")
    assert "Your appointment has been cancelled" in guest.text
    mail = site.wait_for_mail(to=EMAIL, subject="Your appointment has been cancelled")
    assert "Margaret" in mail.text
    assert "Cancel this appointment" not in guest.open(f"/portal/appointments/{first}/").text
    # The other session sees it too.
    assert "Cancelled" in client.open(f"/portal/appointments/{first}/").text

    # Staff read all of it in the appointment's history.
    staff = new_browser().open("/admin/login/").press("Sign in", username=STAFF, password=PASSWORD)
    staff.open("/admin/wagtail_clientportal/appointment/?q=Hale&when=upcoming")
    assert staff.status == 200 and "Margaret Hale" in staff.text
    screens = [staff.open(url).text for url in staff.links("/inspect/")]
    [history] = [screen for screen in screens if "Sorry, it has to be another week." in screen]
    assert "My daughter drives me: is <b>this</b> better?" in history
    line = re.compile(r"Cancelled .*Client .*Sorry, it has to be another week\..*Changed .*Client .*daughter drives me")
    assert line.search(history), history
    # And were told by email, without the client's words.
    told = wait_for(lambda: _staff_mails(site), "an email to staff about the cancellation")
    assert not any("daughter" in mail.text or "another week" in mail.text for mail in told)


def _staff_mails(site):
    mails = site.mails(to="staff@example.org") + site.mails(to="demo-clinician@example.org")
    return mails if len(mails) >= 2 else None


def test_a_link_by_text_message_is_sent_by_a_command_where_no_worker_runs_and_by_no_worker_again(site, new_browser):
    site.manage("clientportal_send")  # the demo clinic's reminders
    client = ask_for_link(new_browser(), MOBILE)
    earlier = len(site.texts(to=MOBILE_KEY))
    assert "Sent: 1." in site.manage("clientportal_send")
    *_earlier, text = site.texts(to=MOBILE_KEY)
    assert "Margaret" not in text.body and len(text.body) <= 320
    assert "Sent: 0." in site.manage("clientportal_send")

    prove_identity(client, text.link)
    assert client.url.endswith("/portal/appointments/") and len(appointments_on(client)) >= 2
    client.press("Sign out")
    assert client.open("/portal/appointments/").url.endswith("/portal/")

    # A worker that starts later finds a task for that text, and one for somebody else's behind it.
    ask_for_link(new_browser(), "07700 900107")
    worker = site.start_worker()
    try:
        site.wait_for_text(to="+447700900107")
    finally:
        site.stop(worker)
    assert len(site.texts(to=MOBILE_KEY)) == earlier + 1


def test_a_contact_that_nobody_has_gets_the_same_answer_and_no_message(site, new_browser):
    known = ask_for_link(new_browser(), "winterbournes@example.org").text
    unknown = ask_for_link(new_browser(), "nobody@example.org").text
    # What was typed is all that they differ in.
    assert known.replace("winterbournes@", "nobody@") == unknown
    assert "No longer needed: 1." in site.manage("clientportal_send")
    site.wait_for_mail(to="winterbournes@example.org", subject="Your link to sign in")
    assert site.mails(to="nobody@example.org") == []


@pytest.mark.skipif(shutil.which("ps") is None, reason="there is no program called ps to list processes")
def test_a_worker_that_is_stopped_leaves_no_process_behind(site):
    worker = site.start_worker()
    wait_for(lambda: len(_group(worker.pid)) > 2, "the worker's own processes")
    site.stop(worker)
    with pytest.raises(ProcessLookupError):
        os.killpg(worker.pid, 0)
    assert _group(worker.pid) == []


def _group(number):
    """The processes of a process group."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,pgid="], capture_output=True, text=True, check=True).stdout
    return [pid for pid, group in (line.split() for line in listed.splitlines()) if int(group) == number]


def test_every_screen_of_the_admins_menu_opens(site, new_browser):
    staff = new_browser().open("/admin/login/").press("Sign in", username=STAFF, password=PASSWORD)
    # The menu is drawn by JavaScript, from this.
    menu = staff.soup.find("script", id="wagtail-sidebar-props").get_text()
    urls = sorted(set(re.findall(r'"url": "(/admin/[^"]+)"', menu)))
    assert any("/appointment/" in url for url in urls) and any("/portalpolicy/" in url for url in urls), urls
    assert {url: staff.open(url).status for url in urls} == dict.fromkeys(urls, 200)
