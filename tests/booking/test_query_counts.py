"""How much is asked of the database, whatever there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests.factories import make_clinician
from tests.portal.reading import soup
from wagtail_clientportal.models import Clinician


@pytest.fixture
def twenty_clinicians(booking):
    """Each of them introduced, with a photograph."""
    clinic = booking.clinic
    for number in range(19):
        make_clinician(
            name=f"Clinician {number}", locations=[clinic.location], appointment_types=[clinic.appointment_type]
        )
    for clinician in Clinician.objects.all():
        clinician.photo = get_image_model().objects.create(title=clinician.name, file=get_test_image_file())
        clinician.introduction = "Knees and hips."
        clinician.save()
    return booking


@pytest.mark.parametrize(("is_client", "most"), [(False, 12), (True, 16)])
@pytest.mark.parametrize("somebody", [True, False])
def test_the_day_and_time_page_asks_as_little_of_a_month_with_twenty_clinicians(
    twenty_clinicians, somebody, is_client, most
):
    booking = twenty_clinicians
    query = {"type": booking.clinic.appointment_type.pk}
    if somebody:
        query["clinician"] = booking.clinic.clinician.pk
    if is_client:
        booking.sign_in()
    booking.get("when/", **query)  # what is looked up once for a process
    with CaptureQueriesContext(connection) as captured:
        page = booking.get("when/", **query)
    assert len(soup(page).select(".cp-choices[aria-label] a")) == 21
    assert len(soup(page).select(".cp-person img")) == (1 if somebody else 20)
    assert len(captured) <= most, "\n".join(one["sql"] for one in captured)
