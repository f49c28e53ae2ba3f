"""Which address does a request come from?"""

import ipaddress
import re

from django.http import HttpRequest

from ..conf import settings

# An IPv6 address in brackets, or an IPv4 one; a port behind either. Some proxies write quotes around it (RFC 7239).
_WITH_PORT = re.compile(r'"?(?:\[([^\]]+)\]|([0-9.]+))(?::[0-9]{1,5})?"?', re.ASCII)


def client_ip(request: HttpRequest) -> str | None:
    """Return the public address that *request* comes from; ``None`` where it can't be told.

    ``TRUSTED_PROXIES`` says how many proxies of the site's own stand in front of it: so many entries are counted from
    the right of X-Forwarded-For, because whoever asks can write anything to the left of them. A private address is
    some proxy's and stands for everybody behind it, so nobody is limited by it.
    """
    hops = settings.TRUSTED_PROXIES
    if hops:
        forwarded = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
        address = _without_port(forwarded[-hops]) if len(forwarded) >= hops else ""
    else:
        address = request.META.get("REMOTE_ADDR", "")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed  # ::ffff:81.2.69.142, as a dual-stack server writes it
    if not parsed.is_global:
        return None
    # One household or phone has a whole /64 of IPv6 to choose from.
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _without_port(entry: str) -> str:
    """Return the address alone: "1.2.3.4:5678" and "[::1]:5678" name a port of whoever asks, too."""
    found = _WITH_PORT.fullmatch(entry)
    return (found[1] or found[2]) if found else entry.strip('"')
