"""A question that is compiled once answers each call for itself."""

import uuid
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW
from wagtail_clientportal.compiled_once import compiled_once
from wagtail_clientportal.models import Appointment

pytestmark = pytest.mark.django_db


class Question:
    """About appointments, which notes how often its query is built."""

    def __init__(self):
        self.built = 0
        self.ask = compiled_once(self._build)

    def _build(self, client, public_id, after, *, by_name=False):
        self.built += 1
        found = Appointment.objects.select_related("clinician").filter(client=client, start__gt=after)
        return found.filter(clinician__name="Dr Jones") if by_name else found.filter(public_id=public_id)


@pytest.fixture
def question():
    return Question()


def test_its_query_is_built_once_and_asked_with_the_values_of_each_call(clinic, question):
    first, second = clinic.appointment, clinic.book(start=NOW + timedelta(days=9))
    for one in (first, second, first):
        with CaptureQueriesContext(connection) as asked:
            [found] = question.ask(one.client_id, one.public_id, NOW)
            assert (found, found.start, found.clinician) == (one, one.start, one.clinician)
        assert len(asked) == 1
    assert question.built == 1


def test_each_value_counts(clinic, question):
    one = clinic.appointment
    assert question.ask(one.client_id + 1, one.public_id, NOW) == []
    assert question.ask(one.client_id, uuid.uuid4(), NOW) == []
    assert question.ask(one.client_id, one.public_id, one.start) == []
    assert question.ask(one.client_id, one.public_id, one.start - timedelta(microseconds=1)) == [one]


def test_keywords_make_another_query(clinic, question):
    one = clinic.appointment
    assert question.ask(one.client_id, one.public_id, NOW) == [one]
    assert question.ask(one.client_id, None, NOW, by_name=True) == []
    assert question.ask(one.client_id, one.public_id, NOW) == [one]
    assert question.built == 2


def test_it_sees_what_changed_meanwhile(clinic, question):
    one = clinic.appointment
    assert question.ask(one.client_id, one.public_id, NOW) == [one]
    Appointment.objects.filter(pk=one.pk).update(external_ref="A-17")
    [found] = question.ask(one.client_id, one.public_id, NOW)
    assert found.external_ref == "A-17"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_each_thread_asks_by_its_own_connection(clinic, question):
    one, found = clinic.appointment, []

    def ask():
        found.extend(question.ask(one.client_id, one.public_id, NOW))
        found.append(connection.connection)
        connection.close()

    question.ask(one.client_id, one.public_id, NOW)
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("one connection is all that a database in memory has")
    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found[0] == one and found[1] is not connection.connection
