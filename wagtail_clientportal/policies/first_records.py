"""What a site needs before its portal can be switched on: made once it has a portal page, with everything off."""

from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from ..practice.models import AppointmentType
from . import first_words
from .booking_settings import BookingSettings
from .portal_address import portal_pages
from .portal_policy import PortalPolicy, default_status_after_cancellation
from .portal_settings import PortalSettings


def make_first_records(**kwargs) -> None:
    """Give every site that has a portal page, published or not, its settings and a policy, where it has none yet.

    Receiver of whatever can bring a portal page to a site: the page is saved or moved, a site gets another root. What
    is there stays as it is; where nothing is missing, nothing is written.
    """
    if kwargs.get("raw"):  # loaded from a fixture, which has the rest too
        return
    lacking = Q(client_portal_settings=None) | Q(client_booking_settings=None)
    for site in Site.objects.filter(lacking).select_related("root_page"):
        if portal_pages(site).exists() and not _is_another_name(site):
            with translation.override(django_settings.LANGUAGE_CODE), transaction.atomic():
                _make_settings(site)


def _is_another_name(site: Site) -> bool:
    """Whether its pages are those of a site that has settings: one clinic under two hosts."""
    others = Site.objects.exclude(pk=site.pk).exclude(client_portal_settings=None)
    return others.filter(root_page=site.root_page_id).exists()


def _make_settings(site: Site) -> None:
    BookingSettings.objects.get_or_create(site=site, defaults={"off_message": first_words.booking_off})
    PortalSettings.objects.get_or_create(
        site=site, defaults={"off_message": first_words.portal_off, "default_policy": lambda: _policy_for(site)}
    )


def _policy_for(site: Site) -> PortalPolicy | None:
    """A site's first policy: what was made for a site that is gone, if nobody has edited it, else a new one.

    ``None`` where no status frees its place: then there is none that a policy could give to a cancelled appointment.
    """
    if left := _left_over():
        return left
    if default_status_after_cancellation() is None:
        return None
    policy = PortalPolicy.objects.create(
        name=_("Standard policy of %(site)s") % {"site": site.site_name or site.hostname},
        cancellation_policy=first_words.cancellation_policy(),
    )
    # Through a revision like everything an editor publishes later, so that the history can point at it.
    policy.save_revision().publish()
    return policy


def _left_over() -> PortalPolicy | None:
    named = [
        model.objects.exclude(**{field: None}).values(f"{field}__translation_key")
        for model, field in ((PortalSettings, "default_policy"), (AppointmentType, "policy"))
    ]
    unnamed = PortalPolicy.objects.exclude(translation_key__in=named[0]).exclude(translation_key__in=named[1])
    return unnamed.filter(live=True, live_revision__user=None, latest_revision__user=None).order_by("pk").first()
