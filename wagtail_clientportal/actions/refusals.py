"""Why an action did not happen. Each refusal carries what a sentence about it needs."""

from datetime import datetime


class Refused(Exception):
    """An action was refused, and nothing was changed."""


class NotAllowed(Refused):
    """Whoever asks may not do this at all (a client passing what only staff may, somebody else's appointment)."""


class PortalOff(Refused):
    """The portal (for a new booking: online booking) is switched off at this site."""


class NotCurrent(Refused):
    """The appointment is cancelled, past or doesn't hold its place."""


class ClinicianNotOnline(Refused):
    """The clinician isn't available online."""


class ChangesDisabled(Refused):
    """The clinic doesn't let clients change this appointment online."""


class CancellationsDisabled(Refused):
    """The clinic doesn't let clients cancel this appointment online."""


class _TooLate(Refused):
    def __init__(self, *, deadline: datetime):
        """:param deadline: aware datetime (UTC) until which it was possible."""
        super().__init__(f"possible until {deadline.isoformat()}")
        self.deadline = deadline


class TooLateToChange(_TooLate):
    """The change window has closed."""


class TooLateToCancel(_TooLate):
    """The cancellation window has closed."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the appointment since it was shown to whoever acts."""


class AlreadyHandled(Refused):
    """Somebody else marked the client's message as handled before."""

    def __init__(self, *, by, at: datetime | None):
        """
        :param by: the user who did; ``None`` where the account is gone.
        :param at: aware datetime; ``None`` where it was undone again just now.
        """
        super().__init__(f"handled at {at.isoformat() if at else 'no time'}")
        self.by, self.at = by, at


class SlotNotOffered(Refused):
    """The start isn't one that can be booked: outside the hours, off the grid, past, the present start itself."""


class SlotTaken(Refused):
    """Somebody else's appointment meets this place in the diary."""


class PolicyChanged(Refused):
    """The policy that the client was shown isn't the one in force any more."""


class LinkEnded(Refused):
    """The magic link can't be used: unknown, expired, used, revoked or dead after failed checks."""


class DetailsMissing(Refused):
    """The clinic's record has no date of birth or no postcode, so nobody could pass the check."""


class IdentityMismatch(Refused):
    """The answers fit nobody whom the link could open."""

    def __init__(self, *, attempts_left: int):
        """:param attempts_left: failed checks until the link dies; 0 when it just did."""
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


class FirstNameNeeded(Refused):
    """The answers fit more than one client who shares the contact: the first name tells them apart."""


class StillAmbiguous(Refused):
    """Even with the first name two clients fit. Nobody is signed in; staff are told."""


class ChecksPaused(Refused):
    """Too many failed checks against the clients whom the link could open: none is looked at for now."""


class ClientInactive(Refused):
    """The client's record isn't active."""


class PortalAccessOff(Refused):
    """This client has no portal access."""


class NoContact(Refused):
    """The clinic holds no address of the client for this channel."""


class StillExpected(Refused):
    """The client still has appointments to come that hold their place."""

    def __init__(self, *, appointments: int):
        """:param appointments: how many."""
        super().__init__(f"{appointments} appointments to come")
        self.appointments = appointments


class AlreadyAnonymised(Refused):
    """The client's record was anonymised before."""
