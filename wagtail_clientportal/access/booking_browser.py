"""Which booking requests may this browser see? Those that it began, and those whose link it followed."""

from django.contrib.sessions.backends.base import SessionBase

from ..diary.models import BookingRequest

BEGUN = "clientportal_bookings_begun"
FOLLOWED = "clientportal_bookings_followed"
_REMEMBERED = 10


def note_begun(session: SessionBase, booking_request: BookingRequest) -> None:
    """Remember that this browser began *booking_request*."""
    _note(session, BEGUN, booking_request)


def note_followed(session: SessionBase, booking_request: BookingRequest) -> None:
    """Remember that this browser followed the link to confirm *booking_request*."""
    _note(session, FOLLOWED, booking_request)


def own_holds(session: SessionBase) -> list[str]:
    """Return the keys of the holds that may be this browser's: those of all that it began, or followed the link of."""
    return [*session.get(BEGUN, []), *session.get(FOLLOWED, [])]


def has_begun(session: SessionBase, public_id) -> bool:
    return str(public_id) in session.get(BEGUN, [])


def has_followed(session: SessionBase, public_id) -> bool:
    return str(public_id) in session.get(FOLLOWED, [])


def forget_bookings(session: SessionBase) -> None:
    """Forget them all: whoever has the device next sees nothing of them."""
    session.pop(BEGUN, None)
    session.pop(FOLLOWED, None)


def _note(session: SessionBase, key: str, booking_request: BookingRequest) -> None:
    noted = session.get(key, [])
    if (name := str(booking_request.public_id)) not in noted:
        session[key] = [*noted, name][-_REMEMBERED:]
        # Under a new key: whoever planted the old one in this browser sees nothing by it.
        session.cycle_key()
