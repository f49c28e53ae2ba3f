"""May anything restrict who sees the portal page? No: the portal has its own door."""

from django.core import checks
from django.db import DatabaseError
from wagtail.models import PageViewRestriction

from .client_portal_page import ClientPortalPage
from .online_booking_page import OnlineBookingPage


def check_view_restrictions(app_configs=None, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """Report every view restriction on a portal page or on a page above it.

    A password restriction swallows what clients post; a login or group restriction sends them to a login they don't
    have. Looks into the database, so it runs with ``check --database`` and ``migrate``, and before there are tables
    it has nothing to say.

    :param databases: aliases that may be read; ``None`` reads none.
    """
    if not databases:
        return []
    try:
        return [
            checks.Error(
                f"The client portal page “{page.title}” (page {page.pk}) can't be reached by clients: "
                f"“{restriction.page.title}” (page {restriction.page_id}) is private "
                f"({restriction.get_restriction_type_display()}).",
                hint="In the admin open that page, choose Privacy and set it to public.",
                id="wagtail_clientportal.E050",
            )
            for page in [*ClientPortalPage.objects.all(), *OnlineBookingPage.objects.all()]
            for restriction in _restrictions(page)
        ]
    except DatabaseError:
        return []


def _restrictions(page: ClientPortalPage):
    pages = page.get_ancestors(inclusive=True).values_list("pk", flat=True)
    return PageViewRestriction.objects.filter(page__in=list(pages)).select_related("page").order_by("pk")
