"""Do visitors' addresses reach the portal? Whose doesn't isn't limited by address, and staff have to know."""

import logging
from datetime import datetime, timedelta

from wagtail.models import Site

from . import throttle

_ONCE_A_DAY = {"limit": 1, "period": timedelta(days=1)}

logger = logging.getLogger(__name__)


def note_unknown_address(site: Site, now: datetime) -> None:
    """Remember that somebody's address could not be told at *site*."""
    if throttle.take(_key(site), **_ONCE_A_DAY, now=now):
        logger.warning("a visitor's address is private or unknown: no limit by address applies to it (TRUSTED_PROXIES)")


def were_addresses_unknown(site: Site, now: datetime) -> bool:
    """Whether that happened at *site* within the last day."""
    return throttle.is_exhausted(_key(site), **_ONCE_A_DAY, now=now)


def _key(site: Site) -> str:
    return f"unknown-address:site:{site.pk}"
