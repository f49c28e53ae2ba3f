"""Whatever a site's own models have of a client goes over when records are merged, or is named as in the way."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.urls import reverse

from tests.factories import make_client
from tests.portal.reading import value
from wagtail_clientportal.actions.merge_clients import merge_clients
from wagtail_clientportal.actions.refusals import OnlyOneEach
from wagtail_clientportal.models import Appointment, Client

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
LABEL = "wagtail_clientportal"  # of an app that is there; a site's own has another one


@pytest.fixture
def site_model():
    """A function that makes a model of the site's, with its table, for one test."""
    made = []

    def make(name, *, client, **meta):
        fields = {"client": client, "colour": models.CharField(max_length=10), "__module__": __name__}
        model = type(name, (models.Model,), fields | {"Meta": type("Meta", (), {"app_label": LABEL, **meta})})
        with connection.schema_editor() as editor:
            editor.create_model(model)
        made.append(model)
        return model

    yield make
    for model in made:
        with connection.schema_editor() as editor:
            editor.delete_model(model)
        del apps.all_models[LABEL][model._meta.model_name]
    apps.clear_cache()


@pytest.fixture
def other(clinic):
    return make_client(first_name="Maggie")


def one_to_one(**options):
    return models.OneToOneField(Client, models.CASCADE, related_name="+", **options)


def test_what_the_emptied_record_alone_had_goes_over(clinic, other, site_model):
    locker = site_model("Locker", client=one_to_one())
    locker.objects.create(client=other, colour="red")
    merge_clients(clinic.client, other, by=None)
    assert locker.objects.get().client == clinic.client


def test_where_both_have_one_nothing_is_merged_and_it_is_named(client, clinic, other, site_model):
    locker = site_model("Locker", client=one_to_one(), verbose_name="locker")
    for number, one in enumerate((clinic.client, other)):
        locker.objects.create(client=one, colour=str(number))
    client.force_login(get_user_model().objects.create_superuser("boss"))
    url = reverse("clientportal_client:merge", args=[clinic.client.pk])
    seen = value(client.get(url, {"other": other.pk}), "seen_versions")
    page = client.post(url, {"other": other.pk, "seen_versions": seen, "one_person": "on"})
    assert page.status_code == 409
    assert "of which a client can have only one (locker)" in page.content.decode()
    other.refresh_from_db()
    assert other.merged_into is None and other.first_name == "Maggie"
    assert locker.objects.filter(client=other).exists()


def test_one_of_a_kind_stands_in_the_way_where_both_have_that_kind(clinic, other, site_model):
    badge = site_model(
        "Badge",
        client=models.ForeignKey(Client, models.CASCADE, related_name="+"),
        constraints=[models.UniqueConstraint(fields=["client", "colour"], name="one_badge_of_a_colour")],
    )
    for one, colour in ((clinic.client, "red"), (other, "red"), (other, "blue")):
        badge.objects.create(client=one, colour=colour)
    clinic.book(client=other, start=clinic.appointment.end)
    with pytest.raises(OnlyOneEach) as caught:
        merge_clients(clinic.client, other, by=None)
    assert caught.value.models == [badge]
    assert Appointment.objects.filter(client=other).count() == badge.objects.filter(client=clinic.client).count() == 1
    badge.objects.filter(client=other, colour="red").delete()
    merge_clients(clinic.client, other, by=None)
    assert badge.objects.filter(client=clinic.client).count() == 2


def test_what_is_known_by_its_clients_number_is_never_renumbered(clinic, other, site_model):
    locker = site_model("Locker", client=one_to_one(primary_key=True))
    locker.objects.create(client=other, colour="red")
    with pytest.raises(OnlyOneEach):
        merge_clients(clinic.client, other, by=None)
    assert locker.objects.get().client == other
