"""Is everything there that clients need? What is found is for a manager to mend, in the admin."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http.request import validate_host
from django.utils.translation import gettext as _
from wagtail.models import Site

from ..access.unknown_addresses import were_addresses_unknown
from ..availability.models import OutsideCalendar, TimetabledHours, WorkingHours
from ..communications.models import CommunicationTemplate
from ..communications.placeholders import names_in_html
from ..communications.template_choice import live_templates
from ..communications.variables import APPOINTMENT_VARIABLES
from ..outbox.outbound_message import OutboundMessage
from ..policies.models import PortalSettings
from ..policies.portal_address import portal_page
from ..policies.translated import original, translations_of
from ..practice.dates import moment_in_words
from ..practice.location import default_timezone
from ..practice.models import Clinician
from .finding import Finding

NOBODY_ELSE_REACHES = {"localhost", "127.0.0.1", "::1", ""}

# An outside calendar that can't be read for so long says nothing of today any more.
_CALENDAR_ALERT = timedelta(hours=12)

About = OutboundMessage.About
# Whoever reads one of these may want to change or cancel.
_SHOULD_LINK = (About.BOOKED, About.BOOKED_ONLINE, About.CHANGED, About.REMINDER)


def setup_findings(now: datetime, portals: QuerySet[PortalSettings], clinicians: QuerySet[Clinician]) -> list[Finding]:
    """Return what is missing or wrong in the settings of those *portals* that are on; nothing while all are off.

    :param clinicians: whose hours are looked at.
    """
    are_on = list(portals.filter(enabled=True).select_related("site__root_page", "default_policy"))
    if not are_on:
        return []
    found = []
    for portal in are_on:
        found += [*site_findings(portal.site), *policy_findings(portal), *unknown_addresses(portal.site, now)]
    return [*found, *_templates(), *_without_hours(clinicians, now), *_calendars(clinicians, now)]


def site_findings(site: Site) -> list[Finding]:
    """Return what makes a portal of *site* useless, whether it is on or not."""
    found = address_findings(site)
    if portal_page(site) is None:
        what = _("%(site)s has no portal page that is live, so nobody can sign in.")
        mend = _("Publish a “Client portal page” on this site, under Pages.")
        found.append(Finding("no_portal_page", what % {"site": _name_of(site)}, mend))
    return found


def address_findings(site: Site) -> list[Finding]:
    """Return why links in messages would lead nobody to *site*."""
    found = []
    # On a developer's own machine links lead to it, and may.
    if not django_settings.DEBUG:
        if site.hostname in NOBODY_ELSE_REACHES:
            # A fresh Wagtail has the site "localhost", and links in messages are built from it.
            what = _("Links in messages lead to “%(hostname)s”, where no client can open them.")
            mend = _("Give the site its real name, under Settings, Sites.")
            found.append(Finding("site_unreachable", what % {"hostname": site.hostname}, mend))
        elif not validate_host(site.hostname, django_settings.ALLOWED_HOSTS):
            what = _("Links in messages lead to “%(hostname)s”, a name at which the website refuses to answer.")
            mend = _(
                "Correct the site’s name, under Settings, Sites, or ask your developer to add it to the setting "
                "ALLOWED_HOSTS."
            )
            found.append(Finding("site_refused", what % {"hostname": site.hostname}, mend))
        elif not site.root_url.startswith("https://"):
            what = _("Links in messages begin with “%(url)s”, and what clients write travels unprotected.")
            mend = _("Give the site the port 443, under Settings, Sites.")
            found.append(Finding("site_unprotected", what % {"url": site.root_url}, mend))
    return found


def _name_of(site: Site) -> str:
    return site.site_name or site.hostname  # its text says which is the default one, and the port


def unknown_addresses(site: Site, now: datetime) -> list[Finding]:
    """Say so where some visitors' addresses don't reach the portal; on a developer's own machine they never do."""
    if django_settings.DEBUG or not were_addresses_unknown(site, now):
        return []
    what = _(
        "Some visitors of %(site)s come from a private or unknown address. They are not slowed down by address for "
        "asking or guessing too often; all other limits hold."
    )
    mend = _(
        "If they are people in the clinic’s own network, nothing needs to be done. If a proxy stands in front of the "
        "website, ask your developer to say so with the setting TRUSTED_PROXIES."
    )
    return [Finding("addresses_unknown", what % {"site": _name_of(site)}, mend)]


def policy_findings(portal: PortalSettings) -> list[Finding]:
    """Return why clients of this *portal* could change and cancel nothing."""
    if portal.default_policy is None:
        what = _("The portal of %(site)s has no default policy, so clients can change and cancel nothing.")
        mend = _("Choose one, under Client portal, Settings, Portal settings.")
    elif not original(translations_of(portal.default_policy)).live:
        what = _("The default policy of %(site)s isn’t published, so clients can change and cancel nothing.")
        mend = _("Publish it, under Client portal, Settings, Portal policies, or choose another one.")
    else:
        return []
    return [Finding("no_default_policy", what % {"site": _name_of(portal.site)}, mend)]


def _templates() -> list[Finding]:
    pks = [one.pk for occasion in _SHOULD_LINK for one in live_templates(occasion)]
    # Words and all, and every translation, which has words of its own.
    keys = CommunicationTemplate.objects.filter(pk__in=pks).values("translation_key")
    live = CommunicationTemplate.objects.filter(translation_key__in=keys, live=True)
    links = {name for name, variable in APPOINTMENT_VARIABLES.items() if variable.is_address}
    what = _("“%(name)s” (%(channel)s) has no link: whoever reads it can’t change or cancel online.")
    mend = _("Put “{{ next_appt_url }}” into its text, under Client portal, Settings, Messages to clients.")
    return [
        Finding("template_without_link", what % {"name": one.name, "channel": one.get_channel_display()}, mend)
        for one in live.order_by("name", "pk")
        if not names_in_html(one.body) & links
    ]


def _without_hours(clinicians: QuerySet[Clinician], now: datetime) -> list[Finding]:
    """Those of *clinicians* whom clients could book with, and who have no hours from today on."""
    today = now.date()
    weekly = WorkingHours.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), clinician=OuterRef("pk"))
    dated = TimetabledHours.objects.filter(date__gte=today, clinician=OuterRef("pk"))
    what = _("%(name)s is available online and has no working hours, so clients are offered no times.")
    mend = _("Enter hours, or take “available online” away, under Client portal, People and places, Clinicians.")
    return [
        Finding("clinician_without_hours", what % {"name": one.name}, mend)
        for one in clinicians.filter(~Exists(weekly), ~Exists(dated), is_active=True, available_online=True)
    ]


def _calendars(clinicians: QuerySet[Clinician], now: datetime) -> list[Finding]:
    """The other calendars of *clinicians* that keep failing: what is taken there may be offered here."""
    unread = Q(read_at=None) | Q(read_at__lt=now - _CALENDAR_ALERT)
    failing = OutsideCalendar.objects.filter(unread, clinician__in=clinicians, clinician__is_active=True)
    mend = _(
        "Times that are taken there may be offered to clients. Enter another address, or take it away, under Client "
        "portal, People and places, Clinicians."
    )
    return [
        Finding("calendar_failing", _why_unread(one), mend)
        for one in failing.exclude(problem="").select_related("clinician").order_by("clinician__name", "pk")
    ]


def _why_unread(calendar: OutsideCalendar) -> str:
    said = {"name": calendar.clinician.name, "host": calendar.host, "problem": calendar.get_problem_display()}
    if calendar.read_at is None:
        return _("The other calendar of %(name)s, at %(host)s, has never been read. %(problem)s") % said
    said["when"] = moment_in_words(calendar.read_at, ZoneInfo(default_timezone()))
    return _("The other calendar of %(name)s, at %(host)s, has not been read since %(when)s. %(problem)s") % said
