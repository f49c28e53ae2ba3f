from django.contrib.auth import get_user_model

from tests.factories import NOW
from wagtail_clientportal.access.links import mint_appointment_link
from wagtail_clientportal.access.models import CalendarFeed, MagicLink


def test_links_and_feeds_go_with_what_they_lead_to_on_every_database(clinic):
    mint_appointment_link(clinic.appointment, NOW)
    user = get_user_model().objects.create_user("ada")
    CalendarFeed.objects.create(client=clinic.client, site=clinic.site, token_hash="1", created_at=NOW)
    CalendarFeed.objects.create(clinician=clinic.clinician, made_by=user, token_hash="2", created_at=NOW)
    clinic.appointment.delete()
    assert not MagicLink.objects.exists()
    clinic.client.delete()
    assert CalendarFeed.objects.get().clinician == clinic.clinician
    user.delete()
    assert not CalendarFeed.objects.exists()
