"""The two blocks, in the StreamField of any page."""

import pytest
from bs4 import BeautifulSoup
from django.db.migrations.writer import MigrationWriter
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField
from wagtail.models import Page

from tests.booking.conftest import open_booking
from tests.factories import make_clinician, open_portal
from tests.portal.reading import soup
from wagtail_clientportal.models import BookingSettings, PortalSettings
from wagtail_clientportal.pages.blocks import BookAppointmentBlock, ManageAppointmentBlock

BLOCKS = StreamBlock([("book", BookAppointmentBlock()), ("manage", ManageAppointmentBlock())])


def _link(kind, value=None, **context):
    """Render a block as its page does, and return its link."""
    block = BLOCKS.child_blocks[kind]
    html = block.render(block.to_python(value or {}), context)
    return BeautifulSoup(html, "html.parser").a


def test_they_lead_to_booking_and_to_the_portal_in_the_editors_words(clinic):
    open_booking()
    assert (_link("book")["href"], _link("book").get_text()) == ("/book/", "Book an appointment")
    assert (_link("manage")["href"], _link("manage").get_text()) == ("/portal/", "Manage your appointment")
    assert "<b>" in _link("book", {"text": "Come <b>in</b>"}).get_text()


def test_what_is_preset_opens_at_that_step(clinic, client):
    open_booking()
    bea = make_clinician(name="Bea", locations=[clinic.location], appointment_types=[clinic.appointment_type])
    preset = {"appointment_type": clinic.appointment_type.pk, "location": clinic.location.pk, "clinician": bea.pk}
    page = soup(client.get(_link("book", preset)["href"], follow=True))
    assert page.h1.get_text() == "Choose a day and a time"
    assert page.select(".cp-choices[aria-label] a[aria-current]")[-1].get_text() == "Bea"


def test_what_was_deleted_since_is_preset_no_more(clinic):
    open_booking()
    assert _link("book", {"appointment_type": 999_999})["href"] == "/book/"


def test_nobody_is_led_to_what_is_off(clinic):
    page = open_booking()
    PortalSettings.objects.update(enabled=False)
    assert _link("book") and not _link("manage")
    PortalSettings.objects.update(enabled=True)
    BookingSettings.objects.update(enabled=False)
    assert _link("manage") and not _link("book")
    BookingSettings.objects.update(enabled=True)
    page.unpublish()
    assert not _link("book")


def test_they_lead_to_the_clinic_of_the_page_that_they_stand_on(clinic):
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    site = clinic.site.__class__.objects.create(hostname="other.example", root_page=root)
    open_portal(site=site)
    section = root.add_child(instance=Page(title="Section", slug="section"))
    assert _link("manage", page=section)["href"] == "http://other.example/portal/"


@pytest.mark.parametrize("chosen", ["", "the first"])
def test_an_editor_chooses_from_a_list_or_leaves_it_open(clinic, chosen):
    block = BLOCKS.child_blocks["book"]
    posted = {"b-text": "Book", "b-location": "", "b-clinician": ""}
    posted["b-appointment_type"] = chosen and str(clinic.appointment_type.pk)
    value = block.clean(block.value_from_datadict(posted, {}, "b"))
    assert block.get_prep_value(value)["appointment_type"] == (clinic.appointment_type.pk if chosen else None)
    assert block.get_form_state(value)["appointment_type"] == (clinic.appointment_type.pk if chosen else None)
    assert list(block.extract_references(value)) == (
        [(type(clinic.appointment_type), str(clinic.appointment_type.pk), "appointment_type", "appointment_type")]
        if chosen
        else []
    )


def test_a_sites_migration_can_name_them():
    field = StreamField([("book", BookAppointmentBlock()), ("manage", ManageAppointmentBlock())])
    field.set_attributes_from_name("body")
    assert "wagtail_clientportal.pages.blocks.ClinicianBlock" in MigrationWriter.serialize(field)[0]
