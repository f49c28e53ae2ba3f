"""What stands above the form of a client's record when another one says the same of who it is."""

from wagtail.admin.panels import Panel

from ...practice.models import Client
from ..common.reach import within_reach
from .chooser import told_apart_by_number
from .form import AsksAboutThePerson
from .view import record_url


def look_alikes_found(form: AsksAboutThePerson, user) -> dict:
    """Return what the template says of the records that *form* was refused for, as far as *user* reaches them."""
    alike = form.look_alikes
    reached = within_reach(user, Client.objects.filter(pk__in=[one.pk for one in alike]))
    return {
        "reached": [(told_apart_by_number(one), record_url(one)) for one in reached],
        "others": len(alike) - len(reached),
        "two_people": form.two_people,
        "is_ticked": form.data.get("two_people") == form.two_people,
    }


class LookAlikesPanel(Panel):
    """Shown only where there are some: links to them, and a box that says "they are two people"."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtail_clientportal/staff/client/look_alikes.html"

        def is_shown(self):
            return bool(self.form.look_alikes)

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | look_alikes_found(self.form, self.request.user)
