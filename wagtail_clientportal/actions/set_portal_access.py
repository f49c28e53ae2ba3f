"""Let a client use the portal, or not, whatever else the record says."""

from django.db import transaction
from django.db.models import F
from wagtail.log_actions import log

from ..practice import log_codes
from ..practice.models import Client


def set_portal_access(client: Client, wanted: bool, *, by, reason: str = "") -> None:
    """Write down whether *client* has portal access. Setting it twice is no different from setting it once.

    Links and sessions end when it is taken away, and stay ended when it is given back.

    :param by: the staff ``User`` who decides.
    :param reason: why not; staff read it. Forgotten when access is given back.
    """
    with transaction.atomic():
        values = {"portal_access": wanted, "portal_access_reason": "" if wanted else reason}
        if not wanted:
            values["contact_version"] = F("contact_version") + 1
        changed = Client.objects.filter(pk=client.pk, portal_access=not wanted).update(**values)
        if changed:
            # The reason may hold what a log shouldn't keep.
            log(client, log_codes.PORTAL_ACCESS_ON if wanted else log_codes.PORTAL_ACCESS_OFF, user=by)
