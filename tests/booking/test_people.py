"""What whoever books sees of the people who would see them, and of what they come for."""

from pathlib import Path

import pytest
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests.factories import make_clinician, make_type
from tests.portal.reading import soup, text
from wagtail_clientportal.models import AppointmentType, Clinician


@pytest.fixture
def bea(booking):
    clinic = booking.clinic
    photo = get_image_model().objects.create(title="Bea", file=get_test_image_file())
    return make_clinician(
        name="Bea Lind",
        photo=photo,
        introduction="Knees & <b>hips</b>.",
        locations=[clinic.location],
        appointment_types=[clinic.appointment_type],
    )


def _when(booking, **query):
    return booking.get("when/", type=booking.clinic.appointment_type.pk, **query)


def test_each_type_is_described(booking):
    booking.clinic.clinician.appointment_types.add(make_type(name="Podiatry", description="Feet."))
    AppointmentType.objects.exclude(name="Podiatry").update(description="For feet & <b>nails</b>.")
    assert text(booking.get()).count("For feet & <b>nails</b>.") == 1


def test_whoever_is_introduced_is_so_before_and_after_they_are_chosen(booking, bea):
    [card] = soup(_when(booking)).select("details .cp-person")
    assert "Knees & <b>hips</b>." in card.get_text() and card.img["alt"] == ""
    chosen = _when(booking, clinician=bea.pk)
    assert card.a["href"] in [one["href"] for one in soup(chosen).select("[aria-current]")]
    [card] = soup(chosen).select(".cp-panel > .cp-person")
    assert "Bea Lind" in card.get_text() and not soup(chosen).select("details .cp-person")


def test_who_has_neither_photograph_nor_introduction_is_a_name_to_choose(booking):
    assert not soup(_when(booking)).select(".cp-person")


def test_a_photograph_whose_file_has_gone_keeps_nobody_from_booking(booking, bea):
    Path(bea.photo.file.path).unlink()
    page = _when(booking, clinician=bea.pk)
    assert page.status_code == 200 and "Knees" in text(page) and not soup(page).select(".cp-person img[src='']")


def test_an_address_that_names_somebody_offers_what_they_do(booking, bea):
    other = make_type(name="Podiatry")
    Clinician.objects.get(name="Ada Osei").appointment_types.add(other)
    assert "Podiatry" in text(booking.get())
    assert booking.get(clinician=bea.pk)["Location"].startswith("/book/when/?clinician=")
