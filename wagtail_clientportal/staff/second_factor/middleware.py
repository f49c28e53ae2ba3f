"""A middleware: no page of the admin answers whoever sees clients before they have proved a second factor.

After ``AuthenticationMiddleware`` in ``MIDDLEWARE``::

    "wagtail_clientportal.staff.second_factor.middleware.SecondFactorMiddleware",

It guards the whole admin and not the portal's screens alone: the home page, searches, reports and histories show
clients too. Whoever holds no permission of the portal sees none anywhere, and isn't asked.
"""

import django_otp
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.utils.module_loading import import_string
from django_otp.middleware import OTPMiddleware

from ...conf import settings
from ..common.urls import OPEN_WITHOUT_SECOND_FACTOR, home_url, second_factor_url
from ..common.viewsets import uses_the_portal
from .installed import is_installed
from .remembered import remembered_device


class SecondFactorMiddleware(OTPMiddleware):
    """Does what django-otp's own does (``request.user.is_verified()``), and asks."""

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not settings.REQUIRE_STAFF_OTP or not _is_in_the_admin(request):
            return None
        if request.resolver_match.view_name in OPEN_WITHOUT_SECOND_FACTOR:
            return None
        if not request.user.is_authenticated or not uses_the_portal(request.user) or _is_proved(request):
            return None
        return _ask(request)


def _is_in_the_admin(request: HttpRequest) -> bool:
    try:
        return request.path.startswith(home_url())
    except NoReverseMatch:  # the host that was asked has URLs of its own, without an admin
        return False


def _is_proved(request: HttpRequest) -> bool:
    if settings.STAFF_OTP_CHECK:
        return import_string(settings.STAFF_OTP_CHECK)(request) is True
    if not is_installed():
        return False
    if not request.user.is_verified() and (device := remembered_device(request)):
        django_otp.login(request, device)
    return request.user.is_verified()


def _ask(request: HttpRequest) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        raise PermissionDenied
    if settings.STAFF_OTP_CHECK or not is_installed():
        context = {"is_elsewhere": bool(settings.STAFF_OTP_CHECK)}
        return render(request, "wagtail_clientportal/staff/second_factor/refused.html", context, status=403)
    # What was being sent is lost, so that its address may be one that only takes forms.
    back = {"next": request.get_full_path()} if request.method == "GET" else {}
    return redirect(second_factor_url("verify", **back))
