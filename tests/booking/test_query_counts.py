"""How much is asked of the database, whatever there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_clinician
from tests.portal.reading import soup


@pytest.fixture
def twenty_clinicians(booking):
    clinic = booking.clinic
    for number in range(19):
        make_clinician(
            name=f"Clinician {number}", locations=[clinic.location], appointment_types=[clinic.appointment_type]
        )
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
    assert len(soup(page).select(".cp-choices a")) == 21
    assert len(captured) <= most, "\n".join(one["sql"] for one in captured)
