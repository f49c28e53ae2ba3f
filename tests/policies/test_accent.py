"""A clinic's own colour is one that can be read, light and dark."""

import pytest
from django.core.exceptions import ValidationError

from wagtail_clientportal.models import PortalSettings
from wagtail_clientportal.policies.accent import contrast, in_the_dark

pytestmark = pytest.mark.django_db

DARK_PANEL = "#182227"  # of clientportal.css and email.css


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#0b5a5c", "#0b5a5c") == 1
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_is_hard_to_read_is_refused_with_what_was_measured(clinic):
    settings = PortalSettings.objects.get()
    settings.accent_colour = "#E8A33D"
    with pytest.raises(ValidationError) as refused:
        settings.full_clean()
    assert refused.value.messages == [
        "#e8a33d is too light to be read: its contrast with the page is 1.9 to 1, and has to be 4.5 to 1 at least. "
        "Choose a darker colour."
    ]


@pytest.mark.parametrize("colour", ["7a1f5c", "#7a1f5", "red", "#7a1f5c;}"])
def test_what_is_no_colour_is_refused_and_never_used(clinic, colour):
    settings = PortalSettings.objects.get()
    settings.accent_colour = colour
    with pytest.raises(ValidationError):
        settings.full_clean()
    assert settings.accent == ""


@pytest.mark.parametrize("colour", ["#0b5a5c", "#7a1f5c", "#000000", "#0000ff", "#00693e", "#B00020", ""])
def test_a_colour_that_can_be_read_is_taken_and_can_be_read_in_the_dark(clinic, colour):
    settings = PortalSettings.objects.get()
    settings.accent_colour = colour
    settings.full_clean()
    assert not colour or contrast(in_the_dark(settings.accent), DARK_PANEL) > 4.5
