"""The devices of the staff, as django-otp keeps them: one phone or password manager each, and recovery codes."""

import hashlib
import secrets
from base64 import b32encode
from binascii import unhexlify
from datetime import datetime

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_otp import devices_for_user, user_has_device
from django_otp.models import Device
from django_otp.oath import TOTP
from wagtail.log_actions import log

from ...notifications.queue import tell_of_reset
from ...practice import log_codes
from ...practice.models import Clinician

RECOVERY_CODES = 10
# Of our own static device: its tokens are hashes, so that no copy of the database holds a code.
_RECOVERY_DEVICE = "wagtail_clientportal recovery codes"
_HASH_BYTES = 10  # 80 bits, which are the 16 characters that django-otp has room for


def _phones():
    return apps.get_model("otp_totp", "TOTPDevice").objects


def _recovery_devices():
    return apps.get_model("otp_static", "StaticDevice").objects.filter(name=_RECOVERY_DEVICE)


def is_set_up(user) -> bool:
    """Whether *user* has a device to prove a second factor with."""
    return user_has_device(user)


def _hash(code: str) -> str:
    return _base32(hashlib.sha256(code.encode()).digest()[:_HASH_BYTES])


def _base32(data: bytes) -> str:
    return b32encode(data).decode().lower()


def proved_with(user, typed: str) -> Device | None:
    """Return the device of *user* whose code *typed* is, and use the code up; ``None``: no device's, or not now.

    django-otp counts what fails, by device, and makes each further attempt wait twice as long.
    """
    code = "".join(typed.split()).replace("-", "").lower()
    with transaction.atomic():
        for device in devices_for_user(user, for_verify=True):
            is_recovery = device.name == _RECOVERY_DEVICE
            # A mistyped recovery code doesn't make the phone wait, nor the other way about.
            if is_recovery == code.isdigit():
                continue
            if device.verify_token(_hash(code) if is_recovery else code):
                if is_recovery:
                    _record(user, log_codes.RECOVERY_CODE_USED, by=user)
                return device
    return None


def has_to_wait_until(user) -> datetime | None:
    """Return until when (aware) no code of *user*'s phone is looked at, after too many wrong ones."""
    waits = [device.verify_is_allowed() for device in _phones().devices_for_user(user, confirmed=True)]
    return max(
        (extra["locked_until"] for allowed, extra in waits if not allowed and "locked_until" in extra), default=None
    )


def is_of_key(key: str, code: str, at: float) -> TOTP | None:
    """Return where the clock of a phone stands that holds *key* and shows *code*; ``None``: it holds another.

    :param key: in hexadecimal.
    :param at: the moment, in seconds since 1970.
    """
    clock = TOTP(unhexlify(key))
    clock.time = at
    code = "".join(code.split())
    return clock if code.isascii() and code.isdigit() and clock.verify(int(code), tolerance=1) else None


def set_up(user, key: str, clock: TOTP) -> tuple[Device, list[str]]:
    """Let the phone that holds *key* be *user*'s second factor, instead of any other; return it and recovery codes."""
    with transaction.atomic():
        _forget_devices(user)
        phone = _phones().create(user=user, name="wagtail_clientportal", key=key, last_t=clock.t(), drift=clock.drift)
        codes = _new_codes(user)
        _record(user, log_codes.SECOND_FACTOR_SET_UP, by=user)
    return phone, codes


def new_recovery_codes(user) -> list[str]:
    """Make recovery codes instead of those that *user* has; they are here once, and in the database by hash alone."""
    with transaction.atomic():
        codes = _new_codes(user)
        _record(user, log_codes.RECOVERY_CODES_MADE, by=user)
    return codes


def _new_codes(user) -> list[str]:
    device, _made = _recovery_devices().get_or_create(user=user, name=_RECOVERY_DEVICE)
    device.token_set.all().delete()
    codes = [_base32(secrets.token_bytes(_HASH_BYTES)) for _number in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=_hash(code))
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def recovery_codes_left(user) -> int:
    return sum(device.token_set.count() for device in _recovery_devices().filter(user=user))


def _forget_devices(user) -> None:
    for device in devices_for_user(user, confirmed=None):
        device.delete()


def reset_second_factor(user, *, by) -> None:
    """Forget the devices of *user*, end what they prove now, and tell *user* by email.

    They set one up at the next login.

    :param by: the user who does it; ``None``: somebody at the server's command line.
    """
    with transaction.atomic():
        _forget_devices(user)
        _record(user, log_codes.SECOND_FACTOR_RESET, by=by)
        tell_of_reset(user, by=by, now=timezone.now())


def _record(user, action: str, *, by) -> None:
    # Wagtail looks for the log of an instance's class, and a request's user is of a class that stands for it.
    log(get_user_model()._default_manager.get(pk=user.pk), action, user=by)


def people_who_see_clients() -> QuerySet:
    """The active users who hold any permission of the portal, with their devices fetched along."""
    ours = Clinician._meta.app_label
    users = get_user_model()._default_manager.filter(
        Q(is_superuser=True)
        | Q(user_permissions__content_type__app_label=ours)
        | Q(groups__permissions__content_type__app_label=ours)
    )
    name = get_user_model().USERNAME_FIELD
    return (
        users.filter(is_active=True)
        .distinct()
        .order_by(name, "pk")
        .prefetch_related("totpdevice_set", "staticdevice_set__token_set")
    )
