"""Every refusal has a sentence of its own, for clients and for staff: none falls silently into a default."""

import inspect

import pytest

from tests.factories import NOW
from wagtail_clientportal.actions import refusals
from wagtail_clientportal.actions.refusals import Refused
from wagtail_clientportal.booking.wording import explain as booking_explain
from wagtail_clientportal.models import Client
from wagtail_clientportal.policies.rules import PolicyRules
from wagtail_clientportal.portal.wording import explain
from wagtail_clientportal.staff.common.refusals import Doing, why_not

# Who signs in meets these on the pages of the check itself.
WHO_ARE_YOU = {
    refusals.LinkEnded,
    refusals.DetailsMissing,
    refusals.IdentityMismatch,
    refusals.FirstNameNeeded,
    refusals.StillAmbiguous,
    refusals.ChecksPaused,
}
# Other systems meet these: exchange/wording.py has the sentences for an import.
FROM_OTHER_SYSTEMS = {refusals.NotValid, refusals.AlreadyKnown, refusals.AnotherClients}
# A client's pages lead nobody to these: they are answered by "not possible", as whatever is made up is.
NOT_FOR_CLIENTS = (
    WHO_ARE_YOU
    | FROM_OTHER_SYSTEMS
    | {
        refusals.NotAllowed,
        refusals.PortalOff,  # has a page of its own
        refusals.ChangedMeanwhile,
        refusals.AlreadyHandled,
        refusals.UnusualPlace,
        refusals.UnusualPlaces,
        refusals.ClientInactive,
        refusals.PortalAccessOff,
        refusals.NoContact,
        refusals.StillExpected,
        refusals.AlreadyAnonymised,
        refusals.OnlyOneEach,
        refusals.WrongAmount,
        refusals.AlreadyDecided,
    }
)
# Only whoever books meets these.
BOOKING_ONLY = {
    refusals.TooManyUpcoming,
    refusals.NewClientsNotTaken,
    refusals.TooManyRequests,
    refusals.RequestLapsed,
    refusals.PaymentNeeded,
    refusals.PriceChanged,
}
# Staff aren't bound by what binds clients.
NOT_FOR_STAFF = (
    (WHO_ARE_YOU - {refusals.DetailsMissing})
    | FROM_OTHER_SYSTEMS
    | BOOKING_ONLY
    | {
        refusals.TooLateToChange,
        refusals.TooLateToCancel,
        refusals.NoChangesLeft,
        refusals.TooManyChanges,
        refusals.ChangesDisabled,
        refusals.CancellationsDisabled,
        refusals.ClinicianNotOnline,
        refusals.RefusedBySite,
        refusals.PolicyChanged,
        refusals.ChangedMeanwhile,  # the screen says how the appointment is now
        refusals.AlreadyHandled,  # the screen says by whom
    }
)


def subclasses_of(cls):
    for one in cls.__subclasses__():
        yield one
        yield from subclasses_of(one)


EVERY = sorted(
    {
        one
        for one in subclasses_of(Refused)
        if one.__module__.startswith("wagtail_clientportal.") and not one.__name__.startswith("_")
    },
    key=lambda one: one.__name__,
)
ARGUMENTS = {
    "deadline": NOW,
    "again_at": NOW,
    "earliest": NOW,
    "latest": NOW,
    "limit": 2,
    "sentence": "Ring us, please.",
    "by": None,
    "at": NOW,
    "appointment": None,
    "found": [],
    "places": {},
    "attempts_left": 1,
    "appointments": 2,
    "models": [Client],
    "channel": "sms",
    "errors": {},
    "client": None,
}


def made(cls) -> Refused:
    return cls(**{name: ARGUMENTS[name] for name in inspect.signature(cls.__init__).parameters if name in ARGUMENTS})


@pytest.mark.parametrize("cls", EVERY, ids=lambda cls: cls.__name__)
def test_a_refusal_has_a_sentence_for_staff_unless_they_cannot_meet_it(cls):
    default = why_not(Refused(), Doing.ARRANGE)
    assert (why_not(made(cls), Doing.ARRANGE) == default) is (cls in NOT_FOR_STAFF)


@pytest.mark.parametrize("cls", EVERY, ids=lambda cls: cls.__name__)
def test_a_refusal_has_a_sentence_for_clients_unless_they_cannot_meet_it(cls, clinic):
    default = explain(Refused(), clinic.appointment, PolicyRules())
    assert (explain(made(cls), clinic.appointment, PolicyRules()) == default) is (cls in NOT_FOR_CLIENTS | BOOKING_ONLY)


# Whoever books can't meet these.
CHANGING_ONLY = {
    refusals.TooLateToChange,
    refusals.TooLateToCancel,
    refusals.ChangesDisabled,
    refusals.CancellationsDisabled,
    refusals.NoChangesLeft,
    refusals.NotCurrent,
}


@pytest.mark.parametrize("cls", EVERY, ids=lambda cls: cls.__name__)
def test_a_refusal_has_a_sentence_for_whoever_books_unless_they_cannot_meet_it(cls, clinic):
    default = booking_explain(Refused(), clinic.location)
    expected = cls in NOT_FOR_CLIENTS | CHANGING_ONLY
    assert (booking_explain(made(cls), clinic.location) == default) is expected


def test_the_same_refusal_is_said_as_fits_what_was_being_done():
    assert why_not(refusals.SlotNotOffered(), Doing.MOVE) != why_not(refusals.SlotNotOffered(), Doing.BOOK)
    assert "Ann Example" in why_not(refusals.ClientInactive(), Doing.SEND_SIGN_IN_LINK, client_name="Ann Example")
    assert "mobile" in why_not(refusals.NoContact(channel="sms"), Doing.SEND_SIGN_IN_LINK)
    assert "email" in why_not(refusals.NoContact(channel="email"), Doing.SEND_SIGN_IN_LINK)
