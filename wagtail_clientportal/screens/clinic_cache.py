"""What a page about a crash says of its clinic. Kept in this process: where the database has gone, nobody can ask it.

One entry for each portal page that this process has served, by its site and path, so there are never many.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.request import split_domain_port
from wagtail.models import Site

from ..policies.models import PortalSettings
from ..policies.phone import Phone


@dataclass(frozen=True)
class CachedClinic:
    """How the clinic was reached when its portal page was last served from ``path``."""

    path: str
    hostname: str
    is_default: bool  # whether its site answers for the hosts of no other
    clinic_name: str
    phone: Phone


_clinics: dict[tuple[int, str], CachedClinic] = {}


def cache_clinic(url: str, site: Site, portal_settings: PortalSettings) -> None:
    """:param url: the portal page's own; with a host where the request came by another site's."""
    path = urlsplit(url).path
    _clinics[site.pk, path] = CachedClinic(
        path, site.hostname.lower(), site.is_default_site, portal_settings.display_name, Phone(portal_settings.phone)
    )


def cached_clinic(request: HttpRequest) -> CachedClinic | None:
    """Return the clinic whose portal page the request's path is, or is under; without a query."""
    under = [one for one in _of_host(request) if request.path.startswith(one.path)]
    return max(under, key=lambda one: len(one.path), default=None)


def cached_clinic_of_host(request: HttpRequest) -> CachedClinic | None:
    """Return the clinic at the request's host; without a query."""
    return next(iter(_of_host(request)), None)


def _of_host(request: HttpRequest) -> list[CachedClinic]:
    hostname, _port = split_domain_port(request.get_host())
    known = list(_clinics.values())
    return [one for one in known if one.hostname == hostname] or [one for one in known if one.is_default]
