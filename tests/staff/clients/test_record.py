"""The client's record: everything about one person on one page, each part only for whom it is meant."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from tests.factories import NOW, cancelled_status, make_client, make_clinician
from wagtail_clientportal.access.links import find_link, mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.access.models import PortalSession
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.refusals import ChecksPaused, IdentityMismatch
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.actions.verify_identity import verify_identity
from wagtail_clientportal.models import Client, ClientMessage, MagicLink, OutboundMessage, PortalSettings
from wagtail_clientportal.staff.common.client_search import dates_meant

SCRIPT = "<script>alert(1)</script>"


def record(client):
    return reverse("clientportal_client:inspect", args=[client.pk])


def edit(client):
    return reverse("clientportal_client:edit", args=[client.pk])


def page_of(staff, client):
    response = staff.get(record(client))
    assert response.status_code == 200
    return response.content.decode()


def panel(page, name):
    """The part of *page* that the tab *name* shows."""
    return page.split(f'<section id="tab-{name}"')[1].split('<section id="tab-')[0]


def post(staff, client, view, **data):
    response = staff.post(reverse(f"clientportal_client:{view}", args=[client.pk]), data, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


def session_of(client, site, **values):
    values = {"created_at": timezone.now(), "last_seen_at": timezone.now()} | values
    versions = {"contact_version": client.contact_version, "identity_version": client.identity_version}
    return PortalSession.objects.create(client=client, site=site, **versions, **values)


# Details


def test_all_is_well_with_somebody_who_can_use_the_portal(boss, clinic):
    assert "can’t use the portal" not in page_of(boss, clinic.client)


@pytest.mark.parametrize(
    "values, said, field",
    [
        ({"date_of_birth": None}, "The date of birth is missing", "date_of_birth"),
        ({"postcode": ""}, "The postcode is missing", "postcode"),
        ({"email": "", "mobile": ""}, "neither an email address nor a mobile", "email"),
        ({"is_active": False}, "The record is not active", "is_active"),
        (
            {"portal_access": False, "portal_access_reason": "Asked by letter."},
            "off: Asked by letter.",
            "portal_access",
        ),
    ],
)
def test_what_is_missing_for_the_portal_is_said_with_the_field_to_fill(boss, clinic, values, said, field):
    client = make_client(**values)
    page = page_of(boss, client)
    assert said in page
    assert f'href="{edit(client)}#id_{field}"' in page
    assert f'id="id_{field}"' in boss.get(edit(client)).content.decode()


def test_whoever_only_reads_is_led_to_no_form(staff_with, clinic):
    page = page_of(staff_with("view_client"), make_client(postcode=""))
    assert "The postcode is missing" in page
    assert "Put it right" not in page
    assert "End all links" not in page


def test_taking_portal_access_away_in_the_form_asks_for_the_reason(boss, clinic):
    data = {"first_name": "Margaret", "last_name": "Hale", "is_active": "on"}
    response = boss.post(edit(clinic.client), data)
    assert "Say why this person has no portal access" in response.content.decode()
    assert boss.post(edit(clinic.client), data | {"portal_access_reason": "Moved."}).status_code == 302
    clinic.client.refresh_from_db()
    assert (clinic.client.portal_access, clinic.client.portal_access_reason) == (False, "Moved.")
    # What was decided before needn't be explained again, and is forgotten when access is given back.
    Client.objects.update(portal_access_reason="")
    assert boss.post(edit(clinic.client), data).status_code == 302
    boss.post(edit(clinic.client), data | {"portal_access": "on", "portal_access_reason": "Moved."})
    clinic.client.refresh_from_db()
    assert (clinic.client.portal_access, clinic.client.portal_access_reason) == (True, "")


def test_saving_leads_back_to_the_record(boss, clinic):
    data = {"first_name": "Margaret", "last_name": "Hale", "is_active": "on", "portal_access": "on"}
    assert boss.post(edit(clinic.client), data).url == record(clinic.client)


# Appointments, messages, communications


def test_appointments_to_come_stand_before_those_that_were(boss, clinic):
    gone = clinic.book(start=NOW - timedelta(days=3), status=cancelled_status())
    part = panel(page_of(boss, clinic.client), "appointments")
    upcoming, past = part.split('id="past-section"')
    link = reverse("wagtail_clientportal_appointment_modeladmin_inspect", args=[clinic.appointment.pk])
    assert f'<a href="{link}">Wed 25 Nov 2026, 10:00–10:30</a>' in upcoming
    assert f"/{gone.pk}/" in past
    assert "Cancelled" in past
    assert f"{reverse('clientportal_appointment:new')}?client={clinic.client.pk}" in upcoming


def test_messages_and_communications_are_listed_with_what_became_of_them(boss, records):
    page = page_of(boss, records["client"])
    assert "The &lt;b&gt;bus&lt;/b&gt; is late." in panel(page, "messages")
    assert "Not yet" in panel(page, "messages")
    assert "The mailbox is full." in panel(page, "communications")
    assert "margaret@example.org" in panel(page, "communications")


@pytest.mark.parametrize(
    "tab, permission",
    [
        ("appointments", "view_appointment"),
        ("messages", "view_clientmessage"),
        ("communications", "view_outboundmessage"),
    ],
)
def test_a_tab_is_for_those_who_may_see_what_is_in_it(staff_with, records, tab, permission):
    page = page_of(staff_with("view_client", permission), records["client"])
    shown = {name for name in ("appointments", "messages", "communications") if f'id="tab-{name}"' in page}
    assert shown == {tab}
    if tab == "messages":
        assert "Wed 25 Nov 2026" not in panel(page, "messages")


def test_a_clinician_sees_their_own_part_of_a_shared_client_alone(staff_with, records, clinic):
    everything = ("view_client", "view_appointment", "view_clientmessage", "view_outboundmessage")
    staff = staff_with(*everything, own_diary=True)
    assert staff.get(record(clinic.client)).status_code == 404
    own = make_clinician(name="Sam", user=staff.get(reverse("wagtailadmin_home")).wsgi_request.user)
    clinic.book(clinician=own, start=NOW + timedelta(days=9))
    mint_appointment_link(clinic.appointment, NOW)
    page = page_of(staff, clinic.client)
    assert "Wed 2 Dec 2026" in page
    assert "Wed 25 Nov 2026" not in page
    assert "is late." not in page
    assert "mailbox" not in page
    assert "Appointment link" not in page


def test_a_long_list_is_cut_and_says_where_the_rest_is(boss, clinic):
    ClientMessage.objects.bulk_create(
        ClientMessage(client=clinic.client, body=f"Message no {number}.") for number in range(60)
    )
    part = panel(page_of(boss, clinic.client), "messages")
    assert part.count("Message no ") == 50
    assert "Message no 59." in part
    assert f"clientmessage/?client={clinic.client.pk}" in part


def test_markup_is_inert_on_every_tab(boss, records, clinic):
    Client.objects.update(first_name=SCRIPT, external_ref=SCRIPT, portal_access_reason=SCRIPT, portal_access=False)
    ClientMessage.objects.update(body=SCRIPT)
    OutboundMessage.objects.update(recipient=SCRIPT, last_error=SCRIPT)
    page = page_of(boss, clinic.client)
    assert SCRIPT not in page
    for tab in ("details", "messages", "communications", "access"):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in panel(page, tab), tab
    assert SCRIPT not in boss.get(edit(clinic.client)).content.decode()
    for view in ("export", "anonymise"):
        assert SCRIPT not in boss.get(reverse(f"clientportal_client:{view}", args=[clinic.client.pk])).content.decode()


def test_the_record_asks_the_database_as_often_for_much_as_for_little(boss, clinic):
    def fill(numbers):
        for number in numbers:
            appointment = clinic.book(start=NOW + timedelta(days=number - 150, hours=1))
            mint_appointment_link(appointment, NOW)
            session_of(clinic.client, clinic.site, appointment=appointment)
            ClientMessage.objects.create(client=clinic.client, appointment=appointment, body="Hello")
            OutboundMessage.objects.create(
                client=clinic.client, appointment=appointment, channel="email", dedupe_key=str(number)
            )

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page_of(boss, clinic.client)
        return len(captured)

    fill([*range(5), *range(295, 300)])
    page_of(boss, clinic.client)
    few = queries()
    fill(range(5, 295))
    assert queries() == few


# Access


def test_links_and_sessions_say_what_became_of_them(boss, clinic):
    mint_appointment_link(clinic.appointment, NOW)
    mint_sign_in_link("margaret@example.org", clinic.site, NOW)
    MagicLink.objects.filter(kind="sign_in").update(failures=5)
    mint_sign_in_link("margaret@example.org", clinic.site, NOW - timedelta(hours=1))
    session_of(clinic.client, clinic.site)
    session_of(clinic.client, clinic.site, appointment=clinic.appointment, ended_at=NOW)
    part = panel(page_of(boss, clinic.client), "access")
    for said in ("Works", "Too many failed checks", "Expired", "Open now", "All appointments", "One appointment"):
        assert said in part
    assert "Mon 23 Nov 2026, 08:00" in part


def test_ending_everything_is_one_button(boss, clinic):
    mint_appointment_link(clinic.appointment, NOW)
    session_of(clinic.client, clinic.site)
    assert "Ended: 1 link and 1 session." in post(boss, clinic.client, "revoke_links")
    part = panel(page_of(boss, clinic.client), "access")
    assert "Works" not in part
    assert "Open now" not in part


def test_a_link_is_sent_and_seen_among_the_communications(boss, clinic):
    said = post(boss, clinic.client, "send_link", channel="email")
    assert "A sign-in link to margaret@example.org is on its way." in said
    assert "Sign-in link" in panel(page_of(boss, clinic.client), "communications")


@pytest.mark.parametrize(
    "values, said",
    [
        ({"is_active": False}, "Edit it and tick “Active” first"),
        ({"portal_access": False}, "has no portal access. Switch it on first"),
        ({"postcode": ""}, "Fill them in first"),
        ({"email": ""}, "The client has no email address."),
    ],
)
def test_no_link_is_sent_to_whom_it_would_be_of_no_use(boss, clinic, values, said):
    assert said in post(boss, make_client(**values), "send_link", channel="email")
    assert not OutboundMessage.objects.exists()


def test_no_link_is_sent_while_the_portal_is_off(boss, clinic):
    PortalSettings.objects.update(enabled=False)
    assert "the portal is off" in post(boss, clinic.client, "send_link", channel="sms")


def test_portal_access_is_switched_off_with_a_reason_and_on_again(boss, clinic):
    assert "say why" in post(boss, clinic.client, "portal_access", portal_access="off", reason=" ")
    assert "unknown from now on" in post(
        boss, clinic.client, "portal_access", portal_access="off", reason="A neighbour reads the post."
    )
    assert "A neighbour reads the post." in panel(page_of(boss, clinic.client), "access")
    post(boss, clinic.client, "portal_access", portal_access="on")
    clinic.client.refresh_from_db()
    assert (clinic.client.portal_access, clinic.client.portal_access_reason) == (True, "")


def _guess_wrongly(clinic, times):
    for number in range(times):
        if number % 5 == 0:
            link = find_link(mint_appointment_link(clinic.appointment, NOW), NOW)
        with pytest.raises(IdentityMismatch):
            verify_identity(link, date_of_birth=date(1956, 12, 8), postcode="SW1A 1AA", now=NOW)


def _can_get_in(clinic):
    link = find_link(mint_appointment_link(clinic.appointment, NOW), NOW)
    try:
        return bool(verify_identity(link, date_of_birth=date(1956, 12, 9), postcode="SW1A 1AA", now=NOW))
    except ChecksPaused:
        return False


def test_staff_see_that_identity_checks_are_paused_and_let_somebody_try_again(boss, clinic):
    _guess_wrongly(clinic, 9)
    assert 'id="pauses' not in page_of(boss, clinic.client)
    _guess_wrongly(clinic, 1)
    assert not _can_get_in(clinic)
    part = panel(page_of(boss, clinic.client), "access")
    assert "Until Tue 24 Nov 2026, 08:00, nobody gets in as this person" in part
    assert "Let them try again" in part and "sign-in links were asked for" not in part
    assert "Margaret Hale can try again now." in post(boss, clinic.client, "lift_pauses")
    assert 'id="pauses' not in page_of(boss, clinic.client)
    assert _can_get_in(clinic)
    assert ModelLogEntry.objects.get(action="clientportal.lift_pauses").user.username == "boss"


@pytest.mark.parametrize("contact", ["margaret@example.org", "07700 900123"])
def test_staff_see_that_requests_for_a_link_are_paused_and_lift_that(boss, clinic, contact):
    def ask(times):
        for _ in range(times):
            request_link(contact, clinic.site, now=NOW)
        return deliver_due(now=NOW).sent

    assert ask(2) == 2
    assert 'id="pauses' not in page_of(boss, clinic.client)
    assert ask(2) == 1
    part = panel(page_of(boss, clinic.client), "access")
    assert "Until Mon 23 Nov 2026, 08:15, we send few of them" in part and "nobody gets in" not in part
    post(boss, clinic.client, "lift_pauses")
    assert 'id="pauses' not in page_of(boss, clinic.client)
    assert ask(2) == 2


def test_a_pause_that_is_over_is_not_spoken_of(boss, clinic, clock):
    _guess_wrongly(clinic, 10)
    clock.move_to(NOW + timedelta(days=1), tick=False)
    assert 'id="pauses' not in page_of(boss, clinic.client)


def test_whoever_only_reads_sees_a_pause_and_no_button(staff_with, clinic):
    _guess_wrongly(clinic, 10)
    page = page_of(staff_with("view_client"), clinic.client)
    assert "nobody gets in as this person" in page and "Let them try again" not in page


def test_lifting_what_is_not_paused_changes_nothing(boss, clinic):
    assert "can try again" in post(boss, make_client(email="", mobile=""), "lift_pauses")


@pytest.mark.parametrize("view", ["send_link", "revoke_links", "portal_access", "lift_pauses"])
def test_access_is_changed_by_post_alone_and_by_whom_it_is_allowed(boss, staff_with, clinic, view):
    url = reverse(f"clientportal_client:{view}", args=[clinic.client.pk])
    assert boss.get(url).status_code == 405
    reader = staff_with("view_client")
    assert reader.post(url, {"portal_access": "off", "reason": "x"}).status_code == 302
    clinic.client.refresh_from_db()
    assert clinic.client.portal_access
    assert clinic.client.contact_version == 1
    assert not OutboundMessage.objects.exists()


def test_another_sites_form_changes_nothing(boss, clinic):
    browser = Browser(enforce_csrf_checks=True)
    browser.cookies = boss.cookies
    for view in ("send_link", "revoke_links", "portal_access", "lift_pauses", "export", "anonymise"):
        url = reverse(f"clientportal_client:{view}", args=[clinic.client.pk])
        assert browser.post(url, {"word": "anonymise", "reason": "x"}).status_code == 403, view


# Finding a client


@pytest.mark.parametrize(
    "query",
    [
        "hale margaret",
        "MARGARET@example.org",
        "07700900123",
        "+44 (0)7700 900123",
        "0044 7700 900 123",
        "900123",
        "9/12/1956",
        "09.12.56",
        "9 Dec 1956",
        "9th December 1956",
        "Dec 9, 1956",
        "1956-12-09",
        "sw1a1aa",
        "SW1A 1AA",
        "sw1a",
        "hale SW1A",
        "EXT-77",
    ],
)
def test_a_client_is_found_by_whatever_people_say(boss, clinic, query):
    Client.objects.update(external_ref="EXT-77")
    make_client(
        first_name="Tom",
        last_name="Reed",
        email="t@example.net",
        mobile="07700 900999",
        date_of_birth=date(1970, 1, 1),
        postcode="N1 9GU",
    )
    page = boss.get(reverse("clientportal_client:index"), {"q": query}).content.decode()
    assert "Margaret Hale" in page
    assert "Tom Reed" not in page


@pytest.mark.parametrize(
    "query", ["\0", "31/02/1956", "99/99/9999", "a b c", "²/³/1956", "1 2 3 4", "%", "🙂", "9" * 300]
)
def test_nonsense_finds_nobody(boss, clinic, query):
    response = boss.get(reverse("clientportal_client:index"), {"q": query})
    assert response.status_code == 200


def test_a_day_and_month_that_could_be_either_is_read_as_the_site_writes_it(settings):
    assert dates_meant("9/12/1956") == {date(1956, 12, 9)}
    assert dates_meant("9/12/56") == {date(1956, 12, 9)}
    settings.LANGUAGE_CODE = "en-us"
    assert dates_meant("9/12/1956") == {date(1956, 12, 9), date(1956, 9, 12)}


def test_the_list_asks_the_database_as_often_for_many_clients(boss, clinic):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            boss.get(reverse("clientportal_client:index"))
        return len(captured)

    boss.get(reverse("clientportal_client:index"))
    Client.objects.bulk_create(Client(first_name="Ann", last_name=f"Lee {number}") for number in range(9))
    few = queries()
    Client.objects.bulk_create(Client(first_name="Ann", last_name=f"Ray {number}") for number in range(290))
    assert queries() == few


def test_who_wants_no_reminders_is_seen_in_the_record_and_put_right_in_the_form(boss, clinic):
    Client.objects.update(email_reminders=False)
    details = panel(page_of(boss, clinic.client), "details")
    said = [" ".join(part.split()) for part in details.split("<dt>")[1:]]
    assert "Reminders by email</dt> <dd>No</dd>" in said and "Reminders by text</dt> <dd>Yes</dd>" in said
    form = boss.get(edit(clinic.client)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"email_reminders": "on"}
    assert boss.post(edit(clinic.client), sent).status_code == 302
    clinic.client.refresh_from_db()
    assert clinic.client.email_reminders
