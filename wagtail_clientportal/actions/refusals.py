"""Why an action did not happen. Each refusal carries what a sentence about it needs."""

from datetime import datetime

from ..diary.refused import Busy as Busy
from ..diary.refused import CannotSave as CannotSave
from ..diary.refused import Refused as Refused


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


class NoChangesLeft(Refused):
    """The client has changed this appointment as often as the clinic lets them."""

    def __init__(self, *, limit: int):
        """:param limit: how often that is."""
        super().__init__(f"at most {limit} changes")
        self.limit = limit


class TooManyChanges(Refused):
    """The client did so much to their appointments lately that nothing but cancelling is left for a while."""

    def __init__(self, *, again_at: datetime):
        """:param again_at: aware datetime from which on it is possible again."""
        super().__init__(f"possible again at {again_at.isoformat()}")
        self.again_at = again_at


class TooManyUpcoming(Refused):
    """The client has as many appointments to come as may be booked online."""

    def __init__(self, *, limit: int):
        """:param limit: how many that is."""
        super().__init__(f"at most {limit} upcoming")
        self.limit = limit


class NewClientsNotTaken(Refused):
    """Only somebody whom the clinic knows can book online, and whoever asks isn't known by what they said."""


class TooManyRequests(Refused):
    """From this contact or this address so much was asked for lately that nothing is for a while."""


class RequestLapsed(Refused):
    """Nobody confirmed the booking in time."""


class RefusedBySite(Refused):
    """The site's own code says no (see ``actions.steps.site_veto``)."""

    def __init__(self, *, sentence: str):
        """:param sentence: why, for the client, in plain text."""
        super().__init__(sentence)
        self.sentence = sentence


class ChangedMeanwhile(Refused):
    """Somebody else changed the appointment since it was shown to whoever acts."""


class AlreadyHandled(Refused):
    """Somebody else marked it as handled before."""

    def __init__(self, *, by, at: datetime | None):
        """
        :param by: the user who did; ``None`` where the account is gone.
        :param at: aware datetime; ``None`` where it was undone again just now.
        """
        super().__init__(f"handled at {at.isoformat() if at else 'no time'}")
        self.by, self.at = by, at


class PaymentNeeded(Refused):
    """The appointment is booked by paying for it, and not before."""


class PriceChanged(Refused):
    """What the form said that it costs isn't what it costs by now."""


class WrongAmount(Refused):
    """What is said to be paid or given back isn't an amount that it can be."""


class AlreadyDecided(Refused):
    """Somebody else decided about the refund meanwhile."""

    def __init__(self, *, by, at: datetime | None):
        """
        :param by: the user who did; ``None`` where nobody in particular did.
        :param at: aware datetime.
        """
        super().__init__(f"decided at {at.isoformat() if at else 'no time'}")
        self.by, self.at = by, at


class SlotNotOffered(Refused):
    """The start isn't one that can be booked: outside the hours, off the grid, past, the present start itself."""


class TooSoon(SlotNotOffered):
    """The start lies within the lead time."""

    def __init__(self, *, earliest: datetime):
        """:param earliest: aware datetime from which on times are offered."""
        super().__init__(f"possible from {earliest.isoformat()}")
        self.earliest = earliest


class TooFarAhead(SlotNotOffered):
    """The start lies past the horizon."""

    def __init__(self, *, latest: datetime):
        """:param latest: aware datetime by which an appointment has to be over."""
        super().__init__(f"possible until {latest.isoformat()}")
        self.latest = latest


class SlotTaken(Refused):
    """Somebody else's appointment meets this place in the diary."""


class UnusualPlace(Refused):
    """A place that no client could choose, and whoever acts doesn't know why, or not all of it."""

    def __init__(self, *, appointment, found: list):
        """
        :param appointment: as it would stand there; not saved.
        :param found: all that is unusual about the place (``diary.unusual.Unusual``), known or not.
        """
        super().__init__(", ".join(one.key for one in found))
        self.appointment, self.found = appointment, found


class UnusualPlaces(Refused):
    """Of several places at least one is as in ``UnusualPlace``."""

    def __init__(self, *, places: dict[int, UnusualPlace]):
        """:param places: each by the number of the start that was asked for, from 0 on."""
        super().__init__("; ".join(f"{number}: {place}" for number, place in places.items()))
        self.places = places


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

    def __init__(self, *, channel: str):
        """:param channel: the key of one."""
        super().__init__(f"no address for {channel}")
        self.channel = channel


class StillExpected(Refused):
    """The client still has appointments to come that hold their place."""

    def __init__(self, *, appointments: int):
        """:param appointments: how many."""
        super().__init__(f"{appointments} appointments to come")
        self.appointments = appointments


class OnlyOneEach(Refused):
    """Both records have something of which a client can have only one, or only one of a kind."""

    def __init__(self, *, models: list):
        """:param models: the model classes of what stands in the way, each once."""
        super().__init__(", ".join(model._meta.label for model in models))
        self.models = models


class AlreadyAnonymised(Refused):
    """The client's record was anonymised before."""


class NotValid(Refused):
    """Values that another system gives can't be taken."""

    def __init__(self, *, errors: dict[str, list[str]]):
        """:param errors: the field's name → sentences about it."""
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


class AlreadyKnown(Refused):
    """There is a record of this very person, and another system's reference stands in it already."""

    def __init__(self, *, client):
        """:param client: whose record that is."""
        super().__init__(f"known as {client}")
        self.client = client


class AnotherClients(Refused):
    """The appointment that another system means is another client's here."""
