"""A browser on which somebody proved their second factor, and asked to be remembered (``STAFF_OTP_REMEMBER``).

A signed cookie says who, with which device, and under which password: a changed password, a reset or another phone ends
it, and so does the clock.
"""

from django.conf import settings as django_settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django_otp.models import Device

from ...conf import settings
from ..common.urls import home_url

COOKIE = "clientportal_second_factor"
_SALT = "wagtail_clientportal.second_factor.remembered"


def _password_mark(user) -> str:
    return salted_hmac(_SALT, user.get_session_auth_hash(), algorithm="sha256").hexdigest()


def remember(request: HttpRequest, response: HttpResponse, device: Device) -> None:
    """Let *response* have this browser remembered for the user of *device*, who has just proved it."""
    lifetime = settings.STAFF_OTP_REMEMBER
    who = [str(device.user_id), device.persistent_id, _password_mark(request.user)]
    response.set_cookie(
        COOKIE,
        signing.dumps(who, salt=_SALT),
        max_age=lifetime,
        path=home_url(),
        secure=request.is_secure() or django_settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def remembered_device(request: HttpRequest) -> Device | None:
    """Return the device that the signed-in user of this browser proved here, if that still counts."""
    if not settings.STAFF_OTP_REMEMBER or COOKIE not in request.COOKIES:
        return None
    try:
        who = signing.loads(request.COOKIES[COOKIE], salt=_SALT, max_age=settings.STAFF_OTP_REMEMBER)
    except signing.BadSignature:
        return None
    user_id, persistent_id, password_mark = who
    if user_id != str(request.user.pk) or password_mark != _password_mark(request.user):
        return None
    device = Device.from_persistent_id(persistent_id)
    return device if device and device.confirmed and device.user_id == request.user.pk else None
