"""Above every list it is said that messages don't leave: a worker that has stopped can't tell anybody itself."""

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin import messages

from ...health.watch import at_view
from .urls import home_url


class WarnsOfTrouble:
    """For a list's view. A part of a page that is fetched by script has nowhere to say it."""

    results_only = False

    def get_context_data(self, **kwargs):
        if not self.results_only:
            for one in at_view(timezone.now()):
                # The home page says it, beside everything else.
                what_to_do = messages.button(home_url(), _("What to do"))
                messages.error(self.request, one.what, buttons=[what_to_do])
        return super().get_context_data(**kwargs)
