import logging
from datetime import date, timedelta

import pytest
from django import VERSION
from django.contrib.auth import get_user_model
from django.core import mail
from django.utils.log import AdminEmailHandler

from tests.factories import NOW, make_client
from wagtail_clientportal.access.links import find_link, link_url, mint_appointment_link, mint_sign_in_link
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.deliver import deliver_due
from wagtail_clientportal.actions.request_link import request_link
from wagtail_clientportal.actions.set_portal_access import set_portal_access
from wagtail_clientportal.actions.verify_identity import verify_identity
from wagtail_clientportal.models import MagicLink, Notification, OutboundMessage, PortalSettings, Throttle
from wagtail_clientportal.outbox.backends.sms import locmem

RIGHT = {"date_of_birth": date(1956, 12, 9), "postcode": "sw1a1aa"}
WRONG = {"date_of_birth": date(1956, 12, 8), "postcode": "SW1A 1AA"}


@pytest.fixture
def sign_in_link(clinic):
    def sign_in_link(contact="margaret@example.org"):
        return find_link(mint_sign_in_link(contact, clinic.site, NOW), NOW)

    return sign_in_link


@pytest.fixture
def appointment_link(clinic):
    return find_link(mint_appointment_link(clinic.appointment, NOW), NOW)


def test_tokens_are_long_and_only_their_hash_is_kept(clinic):
    token = mint_appointment_link(clinic.appointment, NOW)
    assert len(token) == 22 and token.isalnum()
    link = MagicLink.objects.get()
    assert len(link.token_hash) == 64 and token not in link.token_hash
    assert link_url(clinic.site, token) == f"http://localhost/p/{token}/"


@pytest.mark.parametrize("postcode", ["sw1a1aa", "SW1A 1AA", " sw1a-1aa ", "SWIA IAA", "SWlA lAA", "ＳＷ１Ａ １ＡＡ"])
def test_a_postcode_is_compared_without_case_spaces_or_look_alikes(sign_in_link, postcode):
    link = sign_in_link()
    assert verify_identity(link, date_of_birth=date(1956, 12, 9), postcode=postcode, now=NOW)


@pytest.mark.parametrize(
    ("stored", "said"), [("12345", "12345-6789"), ("12345-6789", "12345"), ("12345-6789", "123456789")]
)
def test_a_zip_code_fits_with_and_without_its_last_four_digits(sign_in_link, clinic, settings, stored, said):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"DEFAULT_REGION": "US"}
    clinic.client.postcode = stored
    clinic.client.save()
    with pytest.raises(refusals.IdentityMismatch):
        verify_identity(sign_in_link(), date_of_birth=date(1956, 12, 9), postcode="12346", now=NOW)
    found = verify_identity(sign_in_link(), date_of_birth=date(1956, 12, 9), postcode=said, now=NOW)
    assert found == clinic.client


def test_two_of_one_family_whose_zip_codes_differ_in_length_are_told_apart_by_name(sign_in_link, clinic, settings):
    settings.WAGTAIL_CLIENTPORTAL = settings.WAGTAIL_CLIENTPORTAL | {"DEFAULT_REGION": "US"}
    clinic.client.postcode = "12345"
    clinic.client.save()
    twin = make_client(first_name="Rose", postcode="12345-6789")
    answers = {"date_of_birth": date(1956, 12, 9), "postcode": "12345-6789", "now": NOW}
    with pytest.raises(refusals.FirstNameNeeded):
        verify_identity(sign_in_link(), **answers)
    assert verify_identity(sign_in_link(), first_name="Rose", **answers) == twin


def test_a_sign_in_link_works_once(sign_in_link, clinic):
    link = sign_in_link()
    assert verify_identity(link, **RIGHT, now=NOW) == clinic.client
    with pytest.raises(refusals.LinkEnded):
        verify_identity(link, **RIGHT, now=NOW)


def test_a_sign_in_mail_that_cannot_be_written_reports_no_token(clinic, settings, caplog, monkeypatch):
    urls = []

    def crash(channel, url, *args):
        urls.append(url)
        raise ZeroDivisionError

    settings.ADMINS = ["admin@example.org"] if VERSION >= (6, 0) else [("Admin", "admin@example.org")]
    monkeypatch.setattr("wagtail_clientportal.actions.deliver.sign_in", crash)
    request_link("margaret@example.org", clinic.site, now=NOW)
    deliver_due(now=NOW)
    [failed] = [record for record in caplog.records if record.levelno == logging.ERROR]
    AdminEmailHandler(include_html=True).emit(failed)
    [(report, _type)] = mail.outbox[0].alternatives
    assert "ZeroDivisionError" in mail.outbox[0].body
    token = urls[0].rstrip("/").split("/")[-1]
    assert token not in report and token not in mail.outbox[0].body and token not in caplog.text


def test_a_sign_in_link_lives_ten_minutes(sign_in_link):
    link = sign_in_link()
    with pytest.raises(refusals.LinkEnded):
        verify_identity(link, **RIGHT, now=NOW + timedelta(minutes=10))
    assert verify_identity(link, **RIGHT, now=NOW + timedelta(minutes=10, seconds=-1))


def test_at_most_three_sign_in_links_are_alive_for_a_contact(clinic):
    tokens = [mint_sign_in_link("margaret@example.org", clinic.site, NOW) for _ in range(4)]
    assert [bool(find_link(token, NOW)) for token in tokens] == [False, True, True, True]


def test_an_appointment_link_works_again_until_the_appointment_ends(clinic, appointment_link):
    for _ in range(2):
        assert verify_identity(appointment_link, **RIGHT, now=NOW) == clinic.client
    assert appointment_link.is_alive(clinic.appointment.end - timedelta(seconds=1))
    assert not appointment_link.is_alive(clinic.appointment.end)


def test_five_wrong_answers_end_the_link(appointment_link):
    left = []
    for _ in range(5):
        with pytest.raises(refusals.IdentityMismatch) as caught:
            verify_identity(appointment_link, **WRONG, now=NOW)
        left.append(caught.value.attempts_left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(refusals.LinkEnded):
        verify_identity(appointment_link, **RIGHT, now=NOW)
    assert MagicLink.objects.get().failures == 5


def test_a_stale_copy_of_a_link_gives_no_sixth_guess(appointment_link):
    stale = MagicLink.objects.select_related("client", "appointment", "site").get(pk=appointment_link.pk)
    MagicLink.objects.update(failures=5)
    with pytest.raises(refusals.LinkEnded):
        verify_identity(stale, **RIGHT, now=NOW)


def test_the_right_answers_clear_earlier_slips(appointment_link):
    with pytest.raises(refusals.IdentityMismatch):
        verify_identity(appointment_link, **WRONG, now=NOW)
    verify_identity(appointment_link, **RIGHT, now=NOW)
    assert MagicLink.objects.get().failures == 0


def test_a_link_ends_when_the_contact_is_replaced_but_not_when_one_is_added(clinic, appointment_link):
    clinic.client.mobile = "07700 900999"
    clinic.client.save()
    appointment_link = MagicLink.objects.select_related("client", "appointment").get()
    assert not appointment_link.is_alive(NOW)

    another = clinic.book(client=make_client(email="", mobile="07700 900321"), overbooked=True)
    fresh = find_link(mint_appointment_link(another, NOW), NOW)
    fresh.client.email = "new@example.org"
    fresh.client.save()
    assert MagicLink.objects.select_related("client", "appointment").get(pk=fresh.pk).is_alive(NOW)


@pytest.mark.parametrize("switch", ["is_active", "portal_access"])
def test_a_client_without_access_has_no_links(clinic, appointment_link, switch):
    setattr(clinic.client, switch, False)
    clinic.client.save()
    assert not MagicLink.objects.select_related("client", "appointment").get().is_alive(NOW)


def test_portal_off_suspends_links(clinic, appointment_link):
    PortalSettings.objects.update(enabled=False)
    with pytest.raises(refusals.PortalOff):
        verify_identity(appointment_link, **RIGHT, now=NOW)
    PortalSettings.objects.update(enabled=True)
    assert verify_identity(appointment_link, **RIGHT, now=NOW)


def test_missing_details_spend_no_attempt(clinic, appointment_link):
    clinic.client.postcode = ""
    clinic.client.save()
    link = MagicLink.objects.select_related("client", "appointment", "site").get()
    with pytest.raises(refusals.DetailsMissing):
        verify_identity(link, **RIGHT, now=NOW)
    assert MagicLink.objects.get().failures == 0


def test_twins_are_told_apart_by_first_name(clinic, sign_in_link):
    twin = make_client(first_name="Zoë")
    link = sign_in_link()
    with pytest.raises(refusals.FirstNameNeeded):
        verify_identity(link, **RIGHT, now=NOW)
    assert MagicLink.objects.get().failures == 0
    with pytest.raises(refusals.IdentityMismatch):
        verify_identity(link, **RIGHT, first_name="Anna", now=NOW)
    assert verify_identity(link, **RIGHT, first_name=" zoe ", now=NOW) == twin


def test_two_who_cannot_be_told_apart_are_refused_and_staff_told_once(clinic, sign_in_link):
    admin = get_user_model().objects.create_superuser("boss", email="boss@harbour.example")
    make_client()
    link = sign_in_link()
    for _ in range(2):
        with pytest.raises(refusals.StillAmbiguous):
            verify_identity(link, **RIGHT, first_name="Margaret", now=NOW)
    assert Notification.objects.get().recipient == admin
    row = OutboundMessage.objects.get(about="staff")
    assert "Margaret" not in row.subject + row.body


def test_a_parents_link_opens_whichever_child_the_answers_fit(clinic, sign_in_link):
    child = make_client(first_name="Tom", date_of_birth=date(2015, 5, 1))
    assert verify_identity(sign_in_link(), date_of_birth=date(2015, 5, 1), postcode="SW1A1AA", now=NOW) == child


def test_a_sign_in_link_by_email_goes_to_the_stored_address_and_names_nobody(clinic):
    request_link(" MARGARET@EXAMPLE.ORG ", clinic.site, now=NOW)
    deliver_due(now=NOW)
    [email] = mail.outbox
    assert email.to == ["margaret@example.org"]
    assert "Margaret" not in email.subject + email.body
    token = email.body.split("/p/")[1].split("/")[0]
    assert find_link(token, NOW).kind == "sign_in"
    assert token not in OutboundMessage.objects.get().body


def test_a_sign_in_link_by_text(clinic):
    locmem.outbox.clear()
    request_link("07700 900 123", clinic.site, now=NOW)
    deliver_due(now=NOW)
    assert locmem.outbox[0][0] == "+447700900123"


def test_unknown_and_inactive_contacts_queue_the_same_row_and_get_nothing(clinic):
    make_client(email="gone@example.org", is_active=False)
    make_client(email="safe@example.org", portal_access=False)
    for contact in ("nobody@example.org", "gone@example.org", "safe@example.org"):
        request_link(contact, clinic.site, now=NOW)
    assert deliver_due(now=NOW).dropped == 3
    assert mail.outbox == [] and not MagicLink.objects.exists()


def test_more_than_three_requests_in_a_quarter_of_an_hour_are_dropped(clinic):
    for _ in range(5):
        request_link("margaret@example.org", clinic.site, now=NOW)
    counts = deliver_due(now=NOW)
    assert (counts.sent, counts.dropped) == (3, 2)
    later = NOW + timedelta(minutes=16)
    for _ in range(3):
        request_link("margaret@example.org", clinic.site, now=later)
    assert deliver_due(now=later).sent == 2, "five an hour"


def test_what_is_neither_email_nor_mobile_is_an_error(clinic):
    with pytest.raises(ValueError):
        request_link("call me", clinic.site, now=NOW)


def test_ten_failed_checks_in_a_day_pause_the_checks_of_a_client_behind_any_link(clinic):
    def link(now):
        return find_link(mint_appointment_link(clinic.appointment, now), now)

    for _ in range(2):
        dying = link(NOW)
        for _ in range(5):
            with pytest.raises(refusals.IdentityMismatch):
                verify_identity(dying, **WRONG, now=NOW)
    fresh = link(NOW)
    with pytest.raises(refusals.ChecksPaused):
        verify_identity(fresh, **RIGHT, now=NOW)
    assert MagicLink.objects.get(pk=fresh.pk).failures == 0
    tomorrow = NOW + timedelta(hours=24)
    assert verify_identity(fresh, **RIGHT, now=tomorrow) == clinic.client


def test_a_failed_check_counts_against_everybody_whom_the_link_could_open(clinic, sign_in_link):
    child = make_client(first_name="Tom", date_of_birth=date(2015, 5, 1))
    with pytest.raises(refusals.IdentityMismatch):
        verify_identity(sign_in_link(), **WRONG, now=NOW)
    assert sorted(Throttle.objects.filter(key__contains="client").values_list("key", "count")) == [
        (f"identity:client:{clinic.client.pk}", 1),
        (f"identity:client:{child.pk}", 1),
    ]
    verify_identity(sign_in_link(), **RIGHT, now=NOW)
    counted = Throttle.objects.filter(key__contains="client", count__gt=0)
    assert list(counted.values_list("key", "count")) == [(f"identity:client:{child.pk}", 1)]


def test_a_twin_whose_checks_are_paused_is_not_taken_for_the_other_one(clinic, sign_in_link):
    twin = make_client(first_name="Rosa")
    Throttle.objects.create(key=f"identity:client:{clinic.client.pk}", count=10, since=NOW)
    link = sign_in_link()
    with pytest.raises(refusals.FirstNameNeeded):
        verify_identity(link, **RIGHT, now=NOW)
    # Whose checks are paused hears the same as somebody who guesses wrongly.
    with pytest.raises(refusals.IdentityMismatch):
        verify_identity(link, **RIGHT, first_name="Margaret", now=NOW)
    assert verify_identity(link, **RIGHT, first_name="Rosa", now=NOW) == twin


def test_a_link_that_leads_to_nobody_any_more_has_ended(clinic, sign_in_link):
    link = sign_in_link()
    clinic.client.portal_access = False
    clinic.client.save()
    with pytest.raises(refusals.LinkEnded):
        verify_identity(link, **RIGHT, now=NOW)


def test_an_address_that_begins_with_a_plus_is_an_email(clinic):
    make_client(email="+foo@example.org")
    request_link("+foo@example.org", clinic.site, now=NOW)
    assert deliver_due(now=NOW).sent == 1 and mail.outbox[0].to == ["+foo@example.org"]


@pytest.mark.parametrize("switch", ["is_active", "portal_access"])
def test_what_ended_when_a_client_was_switched_off_stays_ended(clinic, switch):
    token = mint_appointment_link(clinic.appointment, NOW)
    for value in (False, True):
        setattr(clinic.client, switch, value)
        clinic.client.save(update_fields=[switch])
    assert find_link(token, NOW) is None
    assert find_link(mint_appointment_link(clinic.appointment, NOW), NOW)


def test_portal_access_that_staff_give_back_revives_no_link(clinic):
    token = mint_appointment_link(clinic.appointment, NOW)
    for wanted in (False, True):
        set_portal_access(clinic.client, wanted, by=None, reason="")
    assert find_link(token, NOW) is None
