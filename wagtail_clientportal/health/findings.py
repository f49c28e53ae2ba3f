"""What keeps clients from being served, and how to mend it: asked here by the command, and by the admin."""

from datetime import datetime

from django.db.models import QuerySet

from ..policies.models import PortalSettings
from ..practice.models import Clinician
from .finding import Finding
from .sending import sending_findings
from .setup import setup_findings


def findings(
    now: datetime,
    *,
    portals: QuerySet[PortalSettings] | None = None,
    clinicians: QuerySet[Clinician] | None = None,
) -> list[Finding]:
    """Return everything that keeps clients from being served at *now* (aware), the most urgent first.

    :param portals: whose settings are looked at; ``None`` for every site's.
    :param clinicians: whose hours are looked at; ``None`` for everybody's.
    """
    return [
        *sending_findings(now),
        *setup_findings(
            now,
            PortalSettings.objects.all() if portals is None else portals,
            Clinician.objects.all() if clinicians is None else clinicians,
        ),
    ]
