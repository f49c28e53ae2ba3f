"""While the database takes no changes, or somebody else holds the record, staff lose nothing that they typed."""

import html
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.urls import reverse

from tests.read_only import read_only_database
from tests.staff.filling_in import filled_in, page_of
from tests.staff.urls_of_the_app import our_urls
from wagtail_clientportal.models import Client, CommunicationTemplate, Location

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# Wagtail's own, for choosing a record in a page or a document, where staff of the clinic have none to choose.
WAGTAILS_OWN = "wagtailsnippetchoosers_"


@pytest.fixture
def boss(client):
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@harbour.example", "secret"))
    client.raise_request_exception = False
    return client


def sent_by(page):
    """What a browser sends of the form on *page*, or nothing where there is none."""
    if page.status_code != 200 or "text/html" not in page["Content-Type"]:
        return {}
    for form in ("#w-editor-form", "main form[method=post]", "main form[method=POST]"):
        try:
            return filled_in(page, form)
        except AttributeError:
            continue
    return {}


@pytest.mark.usefixtures("without_menu")
def test_no_screen_of_ours_crashes(boss, records):
    crashed = []
    for name, url in our_urls(records):
        if name.startswith(WAGTAILS_OWN):
            continue
        sent = sent_by(boss.get(url))
        with read_only_database():
            answers = [boss.get(url), boss.post(url, sent)]
        crashed += [name for one in answers if one.status_code == 500]
        for one in answers:
            if one.status_code == 503:
                assert "The database takes no changes at the moment." in one.content.decode(), name
    assert not crashed


def test_what_was_typed_is_kept_on_the_page_and_saved_by_its_button(boss, clinic):
    url = reverse("clientportal_location:edit", args=[clinic.location.pk])
    typed = filled_in(boss.get(url)) | {"address": "1 “Quay” & <b>Lane</b>\r\nHarbour"}
    with read_only_database():
        page = boss.post(url, typed)
    assert page.status_code == 503 and page["Retry-After"] == "60"
    assert "This page keeps what you entered" in html.unescape(page.content.decode())
    assert Location.objects.get().address == ""
    again = filled_in(page, "main form")
    del typed["csrfmiddlewaretoken"], again["csrfmiddlewaretoken"]
    assert {name: [one] for name, one in again.items()} == {
        name: one if isinstance(one, list) else [one] for name, one in typed.items()
    }
    assert boss.post(url, again).status_code == 302
    assert Location.objects.get().address == "1 “Quay” & <b>Lane</b>\r\nHarbour"


def test_a_letter_that_was_being_written_is_kept(boss, clinic):
    template = CommunicationTemplate.objects.get(event="cancelled", channel="sms")
    url = reverse(CommunicationTemplate.snippet_viewset.get_url_name("edit"), args=[template.pk])
    typed = filled_in(boss.get(url)) | {"body": "Dear {{ client_first_name }}, we are sorry.", "action-publish": ""}
    with read_only_database():
        page = boss.post(url, typed)
    assert filled_in(page, "main form")["body"] == "Dear {{ client_first_name }}, we are sorry."


def test_somebody_who_is_to_be_rung_is_read(boss, clinic, caplog):
    with read_only_database():
        page = boss.get(reverse("clientportal_client:inspect", args=[clinic.client.pk]))
        assert boss.get(page_of(clinic.appointment)).status_code == 200
    assert page.status_code == 200 and "07700 900123" in page.content.decode()
    assert f"opened client {clinic.client.pk}; not noted" in caplog.text


def test_who_waits_too_long_for_a_record_is_told_so(boss, clinic):
    url = reverse("clientportal_client:edit", args=[clinic.client.pk])
    typed = filled_in(boss.get(url)) | {"first_name": "Maggie"}

    def refuse(execute, sql, params, many, context):
        if "FROM" not in sql and "UPDATE" in sql and "wagtail_clientportal_client" in sql:
            raise OperationalError(1205, "Lock wait timeout exceeded")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        page = boss.post(url, typed)
    assert page.status_code == 503
    assert "Somebody else is saving this at this moment." in page.content.decode()
    assert Client.objects.get().first_name == "Margaret"
    assert boss.post(url, filled_in(page, "main form")).status_code == 302
    assert Client.objects.get().first_name == "Maggie"


HOW_LONG_IT_WAITS = {
    "sqlite": ("PRAGMA busy_timeout", 2000),
    "postgresql": ("SHOW lock_timeout", "2s"),
    "mysql": ("SELECT @@SESSION.innodb_lock_wait_timeout", 2),
}


def test_a_record_is_waited_for_no_longer_than_a_diary(boss, clinic, settings):
    settings.WAGTAIL_CLIENTPORTAL = {**settings.WAGTAIL_CLIENTPORTAL, "LOCK_TIMEOUT": timedelta(seconds=2)}
    url = reverse("clientportal_location:edit", args=[clinic.location.pk])
    typed = filled_in(boss.get(url)) | {"phone": "020 7946 0123"}
    question, two_seconds = HOW_LONG_IT_WAITS[connection.vendor]
    waits = []

    def ask(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and "wagtail_clientportal_location" in sql:
            with connection.cursor() as cursor:
                cursor.execute(question)
                waits.append(cursor.fetchone()[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        assert boss.post(url, typed).status_code == 302
    assert waits and set(waits) == {two_seconds}
