"""Something went wrong that nobody foresaw, said kindly and without a query: the database may be what has gone."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .clinic_cache import CachedClinic


def show_crash(request: HttpRequest, clinic: CachedClinic | None, status: int) -> HttpResponse:
    """Say so in the portal's own look, since a site's base template may ask the database.

    :param clinic: what is known of it; ``None`` where that is nothing.
    :param status: the answer's, 500 or 503.
    """
    values = {
        "base_template": "wagtail_clientportal/base.html",
        "title": _("Sorry, something went wrong here"),
        "clinic_name": clinic.clinic_name if clinic else "",
        "phone": clinic.phone if clinic else None,
        "is_sent": request.method not in ("GET", "HEAD"),
    }
    return HttpResponse(render_to_string("wagtail_clientportal/portal/crash.html", values), status=status)
