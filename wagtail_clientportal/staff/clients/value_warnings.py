"""What is rarely true of somebody, and saved only once staff have said that it is."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from ...conf import settings
from ...practice.birth import is_hardly_alive
from ...practice.location import site_today
from ...practice.postcode import has_shape_of


@dataclass(frozen=True)
class ValueWarning:
    """``confirmation`` is what its box sends: that this very value is right, and no other."""

    field: str
    sentence: str
    label: str
    confirmation: str


def value_warnings(typed: dict) -> list[ValueWarning]:
    """Return what has to be asked about.

    :param typed: the cleaned values of "date_of_birth" and "postcode"; what isn't there isn't asked about.
    """
    found = []
    born, postcode = typed.get("date_of_birth"), typed.get("postcode")
    if born and is_hardly_alive(born, site_today()):
        sentence = _("Whoever was born then is 110 or older. Check the year, or tick below that it is right.")
        found.append(ValueWarning("date_of_birth", sentence, _("The date of birth is right"), f"date_of_birth {born}"))
    if postcode and not has_shape_of(settings.DEFAULT_REGION, postcode):
        sentence = _("Postcodes of this country aren’t written so. Check it, or tick below that it is right.")
        label = _("The postcode is right, for example one from abroad")
        found.append(ValueWarning("postcode", sentence, label, f"postcode {postcode}"))
    return found


class ValueWarningsPanel(Panel):
    """Shown only where something is odd: a box for each thing."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtail_clientportal/staff/client/oddities.html"

        def is_shown(self):
            return bool(self.form.value_warnings)

        def get_context_data(self, parent_context=None):
            boxes = [(one, one.confirmation in self.form.confirmed_values) for one in self.form.value_warnings]
            return super().get_context_data(parent_context) | {"boxes": boxes}
