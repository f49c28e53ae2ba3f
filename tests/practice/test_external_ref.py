"""What another system calls a record: empty, or one record's alone."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import make_client, make_clinician
from wagtail_clientportal.models import Appointment, Client, Clinician


@pytest.fixture(params=[Client, Clinician, Appointment])
def two(request, clinic):
    """Two records of one kind."""
    make_client(email="other@example.org")
    make_clinician(name="Tomasz Lis")
    clinic.book(start=clinic.appointment.start.replace(hour=15))
    return request.param.objects.order_by("pk")[:2]


def test_any_number_have_none(two):
    for record in two:
        assert record.external_ref == ""
        record.full_clean()
    assert type(two[0]).objects.filter(external_ref="").count() >= 2


@pytest.mark.parametrize("way", ["save", "update", "bulk_update"])
def test_no_two_have_the_same_whichever_way_it_is_written(two, way):
    one, other = two
    model = type(one)
    model.objects.filter(pk=one.pk).update(external_ref="EXT-7")
    other.external_ref = "EXT-7"
    with pytest.raises(IntegrityError), transaction.atomic():
        if way == "save":
            other.save()
        elif way == "update":
            model.objects.filter(pk=other.pk).update(external_ref="EXT-7")
        else:
            model.objects.bulk_update([other], ["external_ref"])
    model.objects.filter(pk=one.pk).update(external_ref="")
    other.save()
    assert model.objects.get(external_ref="EXT-7") == other


def test_a_form_says_it_beside_the_field(two):
    one, other = two
    one.external_ref = other.external_ref = "EXT-7"
    one.save()
    one.full_clean()
    with pytest.raises(ValidationError) as refused:
        other.full_clean()
    assert refused.value.message_dict["external_ref"] == ["Another record has this external reference already."]


def test_staff_are_told_beside_the_field(client, clinic, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("boss", "boss@harbour.example", "secret"))
    make_client(email="one@example.org", external_ref="EXT-7")
    other = clinic.client
    url = f"/admin/clientportal/clients/edit/{other.pk}/"
    form = client.get(url).context["form"]
    posted = {name: form[name].value() for name in form.fields}
    posted = {name: value for name, value in posted.items() if value not in (None, False)}
    page = client.post(url, posted | {"external_ref": "EXT-7"})
    assert "Another record has this external reference already." in page.content.decode()
    other.refresh_from_db()
    assert other.external_ref == ""
