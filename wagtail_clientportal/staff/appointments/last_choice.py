"""What somebody booked last is what the next form begins with: their browser remembers it, for them alone."""

from ...diary.models import Appointment
from ..common.urls import new_appointment_url

REMEMBERED = ("appointment_type", "location", "clinician")
_A_YEAR = 365 * 24 * 60 * 60  # seconds


def last_choice(request) -> dict[str, str]:
    """Return the pks that were remembered, as texts; "" for a clinician: anyone. None of it is checked."""
    last = request.COOKIES.get(_cookie(request.user), "").split(".")
    return dict(zip(REMEMBERED, last, strict=True)) if len(last) == len(REMEMBERED) else {}


def remember(response, request, booked: Appointment, *, with_anyone: bool) -> None:
    clinician = "" if with_anyone else booked.clinician_id
    response.set_cookie(
        _cookie(request.user),
        f"{booked.appointment_type_id}.{booked.location_id}.{clinician}",
        max_age=_A_YEAR,
        path=new_appointment_url(),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _cookie(user) -> str:
    # Several people use the browser at the desk.
    return f"clientportal_booking_{user.pk}"
