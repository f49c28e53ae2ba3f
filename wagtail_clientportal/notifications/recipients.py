"""Who on the staff hears of what: whose appointment it is, and who hears of everybody's; each as they prefer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_permission_codename, get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q

from ..diary.models import Appointment
from ..practice.permissions import SEE_EVERY_DIARY
from .preferences import NotificationPreferences

# Without both of these nobody may know what happens in the diaries of others.
_FOR_EVERYBODYS = (get_permission_codename("view", Appointment._meta), SEE_EVERY_DIARY)


@dataclass(frozen=True)
class Recipient:
    """A user who could be told, and what they want to be told of."""

    user: object
    preferences: NotificationPreferences
    is_concerned: bool  # it is, or was, their own appointment
    is_near: bool  # near enough to be told of

    def in_admin(self, kind: str) -> bool:
        return self.is_near and kind not in self.preferences.muted_in_admin

    def by_email(self, kind: str) -> bool:
        return self.is_near and kind not in self.preferences.muted_by_email

    def address(self, notify_email: str) -> str:
        """Return where they get email; for a clinician without an address the clinic's, for anybody else ""."""
        return self.user.email or (notify_email if self.is_concerned else "")


def recipients(
    clinician_ids: Collection[int],
    *,
    site_ids: Collection[int],
    starts: Collection[datetime],
    now: datetime,
    and_user=None,
) -> list[Recipient]:
    """Return the active users whose clinicians these are, and those who hear of everybody's. One query.

    :param clinician_ids: pks of the clinicians concerned; none, and it concerns the clinic as a whole.
    :param site_ids: pks of the sites whose clinics it concerns.
    :param starts: when the appointment is, and was (aware); none, and it is near for everybody.
    :param and_user: somebody who is to hear of it beside them.
    """
    found = (
        get_user_model()
        ._default_manager.filter(
            Q(clinician__in=clinician_ids) | _asked_for_everybodys(site_ids) | (Q(pk=and_user.pk) if and_user else Q()),
            is_active=True,
        )
        .select_related("client_portal_preferences", "clinician")
        .order_by("pk")
    )
    return [_recipient(user, clinician_ids, starts, now) for user in found]


def administrators():
    """Whom to tell where nobody else would hear of it."""
    return get_user_model()._default_manager.filter(is_superuser=True, is_active=True)


def _recipient(user, clinician_ids: Collection[int], starts: Collection[datetime], now: datetime) -> Recipient:
    preferences = getattr(user, "client_portal_preferences", None) or NotificationPreferences(user=user)
    return Recipient(
        user,
        preferences,
        is_concerned=hasattr(user, "clinician") and user.clinician.pk in clinician_ids,
        is_near=not starts or any(preferences.is_near(start, now) for start in starts),
    )


def _asked_for_everybodys(site_ids: Collection[int]) -> Q:
    # Asked of the database and not user by user, so that a change takes as many statements whoever asked for it.
    asked = Q(client_portal_preferences__whose=NotificationPreferences.Whose.EVERYBODY)
    # Who has no diary of their own hears of everybody's until they choose; but for those who see it only because they
    # see everything.
    not_chosen = Q(client_portal_preferences=None) | Q(client_portal_preferences__whose="")
    asked |= not_chosen & Q(clinician=None, is_superuser=False)
    for codename in _FOR_EVERYBODYS:
        granted = Permission.objects.filter(
            Q(user=OuterRef("pk"))
            | Q(group__user=OuterRef("pk"))
            | Q(groupsitepermission__group__user=OuterRef("pk"), groupsitepermission__site__in=site_ids),
            content_type__app_label="wagtail_clientportal",
            codename=codename,
        )
        asked &= Q(is_superuser=True) | Exists(granted)
    return asked
